import { useTranslation } from "react-i18next";
import { Dialog } from "../parts/Dialog.tsx";
import css from "./ShortcutSheet.module.css";
import { type Chord, hasAppleKeyboard, SHORTCUTS } from "./shortcuts.ts";

/** Everything that keys do. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("keys.title")} isOpen onClose={onClose}>
      <Group title={t("keys.everywhere")}>
        {EVERYWHERE.map((name) => (
          <Row key={name} what={t(`keys.${name}`)} chord={SHORTCUTS[name]} />
        ))}
        <Row what={t("keys.escape")} chord={{ key: "Escape" }} />
      </Group>
      <Group title={t("keys.conversation")}>
        <Row what={t("keys.send")} chord={{ key: "Enter" }} />
        <Row what={t("keys.newline")} chord={{ key: "Enter", shift: true }} />
        <Row what={t("keys.rows")} chord={{ key: "ArrowUp" }} or={{ key: "ArrowDown" }} />
        <div className={css["row"]}>
          <dt>{t("keys.typingDoes")}</dt>
          <dd>{t("keys.typing")}</dd>
        </div>
      </Group>
      <Group title={t("keys.call.title")}>
        {IN_CALLS.map(([name, chord]) => (
          <Row key={name} what={t(`keys.call.${name}`)} chord={chord} />
        ))}
      </Group>
      <Group title={t("keys.list")}>
        <Row what={t("keys.open")} chord={{ key: "Enter" }} />
        <Row what={t("keys.composer")} chord={{ key: "C" }} />
      </Group>
    </Dialog>
  );
}

/** web/ui/call/use-call-keys.ts. The single keys work while the call has the focus. */
const IN_CALLS = [
  ["accept", { key: "A", alt: true, shift: true }],
  ["decline", { key: "D", alt: true, shift: true }],
  ["muteAnywhere", { key: "M", mod: true, shift: true }],
  ["mute", { key: "M" }],
  ["push", { key: " " }],
  ["camera", { key: "V" }],
  ["share", { key: "S" }],
  ["fullScreen", { key: "F" }],
] as const satisfies readonly (readonly [string, Chord])[];

const EVERYWHERE = [
  "switcher",
  "sheet",
  "settings",
  "previous",
  "next",
  "previousUnread",
  "nextUnread",
  "details",
  "lock",
  "region",
  "regionBack",
] as const;

function Group({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className={css["group"]}>
      <h3 className={css["heading"]}>{title}</h3>
      <dl className={css["rows"]}>{children}</dl>
    </section>
  );
}

function Row({ what, chord, or }: { readonly what: string; readonly chord: Chord; readonly or?: Chord }) {
  return (
    <div className={css["row"]}>
      <dt>{what}</dt>
      <dd className={css["keys"]}>
        <Keys chord={chord} />
        {or !== undefined && <Keys chord={or} />}
      </dd>
    </div>
  );
}

function Keys({ chord }: { readonly chord: Chord }) {
  const { t } = useTranslation();
  const isApple = hasAppleKeyboard();
  const held = [
    chord.mod && (isApple ? "⌘" : t("keys.names.mod")),
    chord.alt && (isApple ? "⌥" : "Alt"),
    chord.shift && (isApple ? "⇧" : t("keys.names.shift")),
  ].filter((name) => typeof name === "string");
  const key = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Enter: t("keys.names.enter"), " ": t("keys.names.space") }[
    chord.key
  ];
  return (
    <span className={css["chord"]} dir="ltr">
      {[...held, key ?? chord.key.toUpperCase()].map((name) => (
        <kbd key={name}>{name}</kbd>
      ))}
    </span>
  );
}
