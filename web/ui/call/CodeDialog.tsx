import type { CallView } from "@tacit/web/core/call-view";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { plainName } from "../parts/plain-name.ts";
import css from "./CodeDialog.module.css";
import { SIGNS } from "./signs.ts";

type CodeDialogProps = { readonly call: CallView; readonly code: readonly number[]; readonly onClose: () => void };

/** The same four pictures on both screens, if nobody is between them. */
export function CodeDialog({ call, code, onClose }: CodeDialogProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const name = plainName(call.name);
  const names = t("call.signs").split(", ");
  return (
    <Dialog title={t("call.code.title")} text={t("call.code.text", { name })} isOpen onClose={onClose}>
      <ol className={css["code"]}>
        {code.map((sign, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sign can come twice, and none ever moves.
          <li key={at}>
            <span aria-hidden="true">{SIGNS[sign]}</span>
            {names[sign]}
          </li>
        ))}
      </ol>
      {call.isVerified ? (
        <p role="status">{t("call.code.verified", { name })}</p>
      ) : call.hasConfirmed ? (
        <p role="status">{t("call.code.waiting", { name })}</p>
      ) : (
        <DialogActions>
          <Button look="danger" onClick={() => perform(client.confirmCallCode(false))}>
            {t("call.code.different")}
          </Button>
          <Button look="primary" data-autofocus onClick={() => perform(client.confirmCallCode(true))}>
            {t("call.code.same")}
          </Button>
        </DialogActions>
      )}
    </Dialog>
  );
}
