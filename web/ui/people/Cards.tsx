import { useTranslation } from "react-i18next";
import { paths } from "../app/paths.ts";
import { Page } from "../parts/Page.tsx";
import { CardList } from "./CardList.tsx";
import { MakeCard } from "./MakeCard.tsx";

export function Cards() {
  const { t } = useTranslation();
  return (
    <Page title={t("cards.title")} back={paths.list}>
      <MakeCard />
      <CardList />
    </Page>
  );
}
