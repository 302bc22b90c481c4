import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button.tsx";
import { Sign } from "../parts/Wordmark.tsx";
import css from "./Broken.module.css";
import { useSurroundings } from "./surroundings.ts";

/** Catches what a screen throws: the page would otherwise vanish. */
export class Broken extends Component<{ readonly children: ReactNode }, { readonly hasThrown: boolean }> {
  override state = { hasThrown: false };

  static getDerivedStateFromError() {
    return { hasThrown: true };
  }

  override render() {
    return this.state.hasThrown ? <BrokenScreen /> : this.props.children;
  }
}

function BrokenScreen() {
  const { t } = useTranslation();
  const { updates } = useSurroundings();
  return (
    <main className={css["broken"]} role="alert">
      <Sign size={48} />
      <h1>{t("app.broken")}</h1>
      <p>{t("app.brokenHint")}</p>
      <Button look="primary" onClick={() => void updates.load()}>
        {t("app.reload")}
      </Button>
    </main>
  );
}
