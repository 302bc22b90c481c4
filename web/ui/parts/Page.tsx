import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
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

type SectionProps = { readonly title: string; readonly isSought?: boolean; readonly children: ReactNode };

/** A titled part of a page. `isSought`: somebody was sent here, and the page opens at it. */
export function Section({ title, isSought = false, children }: SectionProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isSought) return;
    heading.current?.scrollIntoView();
    heading.current?.focus();
  }, [isSought]);
  return (
    <section className={css["section"]}>
      <h2 className={css["heading"]} ref={heading} tabIndex={isSought ? -1 : undefined}>
        {title}
      </h2>
      {children}
    </section>
  );
}
