import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button.tsx";
import { Sign } from "../parts/Wordmark.tsx";
import css from "./Broken.module.css";
import { useSurroundings } from "./surroundings.ts";

/** Vite's name for: a chunk of the app did not come. */
const CHUNK_MISSING = "vite:preloadError";

/** Catches what a screen throws, and a chunk that is missing: the page would otherwise vanish, or stand still. */
export class Broken extends Component<{ readonly children: ReactNode }, { readonly hasThrown: boolean }> {
  override state = { hasThrown: false };

  static getDerivedStateFromError() {
    return { hasThrown: true };
  }

  readonly #onMissing = () => this.setState({ hasThrown: true });

  override componentDidMount() {
    addEventListener(CHUNK_MISSING, this.#onMissing);
  }

  override componentWillUnmount() {
    removeEventListener(CHUNK_MISSING, this.#onMissing);
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
