import { refused } from "@tacit/shared/result";
import type { AddRefusal } from "@tacit/web/core/client-api";
import { ScanLine } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { paths } from "../app/paths.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { Page, Section } from "../parts/Page.tsx";
import { QrScanner } from "../parts/QrScanner.tsx";
import { CardList } from "./CardList.tsx";
import { MakeCard } from "./MakeCard.tsx";
import { Preview } from "./Preview.tsx";

/** Both ways to meet: with their card, or by giving them yours. */
export function AddSomeone() {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  const [, navigate] = useLocation();
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ readonly link: string; readonly by: "link" | "qr" }>();
  const [isScanning, setScanning] = useState(false);
  const [refusal, setRefusal] = useState<AddRefusal>();
  const [isReading, setReading] = useState(false);
  const cards = useView({ view: "cards" });

  async function read(link: string) {
    setReading(true);
    try {
      // The preview does not know whose card it is; our own list does.
      const isOwn = cards?.some((card) => card.link === link) === true;
      const preview = isOwn ? refused("own" as const) : await client.previewCard(link);
      if (preview.ok) setFound({ link, by: "link" });
      else setRefusal(preview.reason);
    } finally {
      setReading(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (text.trim() !== "" && !isReading) perform(read(text.trim()));
  }

  return (
    <Page title={t("add.title")} back={paths.list}>
      <Section title={t("add.theirCard")}>
        {found === undefined ? (
          <>
            <Form onSubmit={submit}>
              <Field
                label={t("add.link")}
                hint={t("add.linkHint")}
                value={text}
                error={refusal === undefined ? undefined : t(`add.refused.${refusal}`)}
                onChange={(event) => {
                  setText(event.target.value);
                  setRefusal(undefined);
                }}
                dir="ltr"
                inputMode="url"
                autoCapitalize="none"
                spellCheck={false}
                required
                inside={
                  <Button type="submit" look="plain">
                    {t("add.next")}
                  </Button>
                }
              />
            </Form>
            <Button icon={ScanLine} onClick={() => setScanning(true)}>
              {t("add.scan")}
            </Button>
          </>
        ) : (
          <Preview
            key={found.link}
            {...found}
            onAdded={(contact) => navigate(paths.conversation(contact), { replace: true })}
            onCancel={() => setFound(undefined)}
          />
        )}
        <QrScanner
          isOpen={isScanning}
          onClose={() => setScanning(false)}
          onScanned={(link) => {
            setScanning(false);
            setFound({ link, by: "qr" });
          }}
        />
      </Section>
      <Section title={t("add.yourCard")}>
        <p>{t("add.yourCardHint")}</p>
        <MakeCard />
        <CardList />
      </Section>
    </Page>
  );
}
