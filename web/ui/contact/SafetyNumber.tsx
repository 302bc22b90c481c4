import type { SafetyNumber as SafetyNumberValue } from "@tacit/web/core/ports/keyholder";
import type { ContactDetails } from "@tacit/web/core/views";
import { ScanLine } from "lucide-react";
import { useEffect, useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Dialog, DialogActions } from "../parts/Dialog.tsx";
import { Name } from "../parts/Name.tsx";
import { QrCode } from "../parts/QrCode.tsx";
import { QrScanner } from "../parts/QrScanner.tsx";
import css from "./SafetyNumber.module.css";
import { digitGroups, parseSafetyCode, toSafetyCode } from "./safety-code.ts";

type Outcome = "match" | "mismatch" | "unreadable";
type SafetyNumberProps = { readonly details: ContactDetails; readonly onClose: () => void };

/** The number that both sides see alike when nobody stands between them. */
export function SafetyNumber({ details, onClose }: SafetyNumberProps) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const { contact, name, verifiedAtMs, hold } = details;
  const [number, setNumber] = useState<SafetyNumberValue>();
  const [isScanning, setScanning] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  // While a contact is held the number is that of the new key, and nobody has checked it.
  const isVerified = verifiedAtMs !== undefined && hold === undefined;
  const components = { name: <Name of={name} /> };

  useEffect(() => {
    perform(client.safetyNumber(contact).then(setNumber));
  }, [client, perform, contact]);

  async function confirm(digits: string) {
    setOutcome((await client.confirmDigits(contact, digits)) ? "match" : "mismatch");
  }

  async function compare(text: string) {
    setScanning(false);
    const scanned = parseSafetyCode(text);
    if (scanned === undefined) setOutcome("unreadable");
    else setOutcome((await client.checkScannedNumber(contact, scanned)) ? "match" : "mismatch");
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans i18nKey="safety.title" components={components} />}
      text={t("safety.compare")}
    >
      {number !== undefined && (
        <>
          <QrCode text={toSafetyCode(number.scannable)} label={t("safety.qr")} />
          <ol className={css["digits"]} aria-label={t("safety.digits")} dir="ltr">
            {digitGroups(number.digits).map((group, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same.
              <li key={at}>{group}</li>
            ))}
          </ol>
        </>
      )}
      {outcome !== undefined && (
        <p className={css["outcome"]} data-outcome={outcome} role="alert">
          <Trans i18nKey={`safety.${outcome}`} components={components} />
        </p>
      )}
      {hold !== undefined && <p className={css["meaning"]}>{t("safety.newKey")}</p>}
      <details>
        <summary className={css["summary"]}>{t("safety.meaning")}</summary>
        <p className={css["meaning"]}>{t("safety.meaningText")}</p>
      </details>
      <DialogActions>
        <Button icon={ScanLine} onClick={() => setScanning(true)}>
          {t("safety.scan")}
        </Button>
        {isVerified ? (
          <Button onClick={() => perform(client.setVerified(contact, false))}>{t("safety.unmark")}</Button>
        ) : (
          number !== undefined && (
            <Button look="primary" onClick={() => perform(confirm(number.digits))}>
              {t("safety.mark")}
            </Button>
          )
        )}
      </DialogActions>
      <QrScanner isOpen={isScanning} onClose={() => setScanning(false)} onScanned={(text) => perform(compare(text))} />
    </Dialog>
  );
}
