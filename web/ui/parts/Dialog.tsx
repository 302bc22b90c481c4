import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button.tsx";
import css from "./Dialog.module.css";
import { useCloseRequest } from "./use-close-request.ts";

type DialogProps = {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What leaving it means, where that is more than closing it. */
  readonly closeLabel?: string | undefined;
  /** After it is gone, and the focus is back. */
  readonly onClosed?: () => void;
  readonly children?: ReactNode;
};

/**
 * A modal dialog: Esc, the close button and a phone's back button leave it, and focus returns to where it was. It
 * starts at the element with `data-autofocus`, or else at the close button.
 */
export function Dialog({ title, text, isOpen, onClose, closeLabel, onClosed, children }: DialogProps) {
  const { t } = useTranslation();
  const opener = useRef<Element>(null);
  useCloseRequest(isOpen, onClose);
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={css["scrim"]} />
        <Radix.Content
          className={css["sheet"]}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement;
            const wanted =
              event.target instanceof Element && event.target.querySelector<HTMLElement>("[data-autofocus]");
            if (!wanted) return;
            event.preventDefault();
            wanted.focus();
          }}
          onCloseAutoFocus={(event) => {
            // Radix returns the focus to its own trigger only.
            event.preventDefault();
            returnFocus(opener.current);
            onClosed?.();
          }}
          {...(text === undefined && { "aria-describedby": undefined })}
        >
          <header className={css["head"]}>
            <Radix.Title className={css["title"]}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={closeLabel ?? t("app.close")} />
            </Radix.Close>
          </header>
          {text !== undefined && <Radix.Description className={css["text"]}>{text}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** To where it was; where that is gone, such as the row of what was deleted, to the page. */
function returnFocus(opener: Element | null): void {
  const isThere = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
  const goal = isThere ? opener : document.querySelector("main");
  goal?.focus();
}

/** The buttons that end a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className={css["actions"]}>{children}</div>;
}
