import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconLink } from "./Button.tsx";
import css from "./Page.module.css";

type PageProps = { readonly title: string; readonly back: string; readonly children: ReactNode };

/** A pane with a bar, a title and a way back; the rest scrolls. */
export function Page({ title, back, children }: PageProps) {
  const { t } = useTranslation();
  return (
    <div className={css["page"]} data-region="page">
      <header className={css["bar"]}>
        <IconLink icon={ArrowLeft} label={t("app.back")} to={back} isBack className={css["back"]} />
        <h1 className={css["title"]}>{title}</h1>
      </header>
      <div className={css["scroll"]}>
        <div className={css["content"]}>{children}</div>
      </div>
    </div>
  );
}

/** A titled part of a page. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={css["section"]}>
      <h2 className={css["heading"]}>{title}</h2>
      {children}
    </section>
  );
}
