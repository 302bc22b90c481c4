import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button.tsx";
import css from "./Dialog.module.css";

type DialogProps = {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children?: ReactNode;
};

/** A modal dialog: Esc and the close button leave it, and focus returns to where it was. */
export function Dialog({ title, text, isOpen, onClose, children }: DialogProps) {
  const { t } = useTranslation();
  const opener = useRef<Element>(null);
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={css["scrim"]} />
        <Radix.Content
          className={css["sheet"]}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Radix returns the focus to its own trigger only.
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          {...(text === undefined && { "aria-describedby": undefined })}
        >
          <header className={css["head"]}>
            <Radix.Title className={css["title"]}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={t("app.close")} className={css["close"]} />
            </Radix.Close>
          </header>
          {text !== undefined && <Radix.Description className={css["text"]}>{text}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons that end a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className={css["actions"]}>{children}</div>;
}
