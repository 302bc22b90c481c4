import { CreditCard, Keyboard, Lock, type LucideIcon, Settings, UserPlus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAnnounced } from "../app/announcements.ts";
import { paths } from "../app/paths.ts";
import { useLockNow } from "../app/use-lock-now.ts";
import { useView } from "../app/use-view.ts";
import { listedInOrder } from "../conversations/listed.ts";
import { Avatar } from "../parts/Avatar.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Input } from "../parts/Form.tsx";
import { Name } from "../parts/Name.tsx";
import { findAll } from "./find.ts";
import css from "./Switcher.module.css";

const SHOWN = 50;

type Goal = { readonly key: string; readonly name: string; readonly look: ReactNode; readonly go: () => void };
type SwitcherProps = { readonly onClose: () => void; readonly onSheet: () => void };

/** Goes to a person or a place by a part of its name. */
export function Switcher({ onClose, onSheet }: SwitcherProps) {
  const { t } = useTranslation();
  const id = useId();
  const goals = useGoals(onSheet);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const [taken, setTaken] = useState<Goal>();
  const found = findAll(goals, typed, ({ name }) => name).slice(0, SHOWN);
  const at = Math.min(chosen, found.length - 1);
  const none = found.length === 0 ? t("switcher.none", { text: typed }) : "";
  useAnnounced(none);

  function onKeyDown(event: KeyboardEvent) {
    const last = found.length - 1;
    const next = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setChosen(next);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      setTaken(found[at]);
    }
  }

  return (
    // What was taken happens after the dialog has given the focus back: the place that it leads to may want it.
    <Dialog
      title={t("switcher.title")}
      text={t("switcher.hint")}
      isOpen={taken === undefined}
      onClose={onClose}
      onClosed={() => {
        onClose();
        taken?.go();
      }}
    >
      <Input
        type="search"
        data-autofocus=""
        role="combobox"
        className={css["input"]}
        aria-label={t("switcher.label")}
        placeholder={t("switcher.label")}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        spellCheck={false}
        dir="auto"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t("switcher.label")} className={css["list"]}>
        {found.map((goal, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: see the list.
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the input takes it.
          <div
            key={goal.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className={css["goal"]}
            ref={index === at ? showChosen : undefined}
            onClick={() => setTaken(goal)}
          >
            {goal.look}
          </div>
        ))}
      </div>
      {none !== "" && <p className={css["none"]}>{none}</p>}
    </Dialog>
  );
}

function showChosen(goal: HTMLElement | null): void {
  goal?.scrollIntoView({ block: "nearest" });
}

/** Everybody, and every place. */
function useGoals(onSheet: () => void): readonly Goal[] {
  const { t } = useTranslation();
  const lockNow = useLockNow();
  const [, navigate] = useLocation();
  const rows = useView({ view: "conversations" }) ?? [];
  const place = (key: string, icon: LucideIcon, name: string, go: () => void): Goal => {
    const Icon = icon;
    return {
      key,
      name,
      go,
      look: (
        <>
          <span className={css["icon"]}>
            <Icon size={18} aria-hidden="true" />
          </span>
          {name}
        </>
      ),
    };
  };
  return [
    ...listedInOrder(rows).map(({ contact, name }) => ({
      key: `person ${contact}`,
      name,
      go: () => navigate(paths.conversation(contact)),
      look: (
        <>
          <Avatar name={name} size="sm" />
          <Name of={name} />
        </>
      ),
    })),
    place("add", UserPlus, t("add.title"), () => navigate(paths.add)),
    place("cards", CreditCard, t("cards.title"), () => navigate(paths.cards)),
    place("settings", Settings, t("settings.title"), () => navigate(paths.settings)),
    place("keys", Keyboard, t("keys.title"), onSheet),
    place("lock", Lock, t("settings.lock"), lockNow),
  ];
}
