import { KeyRound, MailX, Users } from "lucide-react";
import { Trans, useTranslation } from "react-i18next";
import type { RelayGreeting } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Name } from "../parts/Name.tsx";
import { Entrance } from "./Entrance.tsx";
import type { Invitation } from "./Onboarding.tsx";
import { ThisServer } from "./ThisServer.tsx";
import css from "./Welcome.module.css";

type WelcomeProps = {
  readonly invitation: Invitation;
  readonly greeting: RelayGreeting | undefined;
  readonly onCreate: () => void;
  readonly onSignIn: () => void;
};

export function Welcome({ invitation, greeting, onCreate, onSignIn }: WelcomeProps) {
  const { t } = useTranslation();
  const [title, text] = useWelcome(invitation);
  return (
    <Entrance title={title} text={text}>
      <div className={css["choices"]}>
        <Button look="primary" isWide onClick={onCreate}>
          {t("welcome.create")}
        </Button>
        <Button isWide onClick={onSignIn}>
          {t("welcome.signIn")}
        </Button>
      </div>
      <ThisServer greeting={greeting} />
      <ul className={css["points"]}>
        {POINTS.map(({ icon: Icon, key }) => (
          <li key={key} className={css["point"]}>
            <Icon size={22} aria-hidden="true" />
            <div>
              <strong>{t(`welcome.points.${key}`)}</strong>
              <p>{t(`welcome.points.${key}Hint`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Entrance>
  );
}

const POINTS = [
  { icon: KeyRound, key: "sealed" },
  { icon: MailX, key: "nobody" },
  { icon: Users, key: "yours" },
] as const;

function useWelcome(invitation: Invitation) {
  const { t } = useTranslation();
  if (invitation === undefined) return [t("welcome.title"), t("welcome.promise")];
  if (invitation === "unread") return [t("welcome.invitedUnread"), t("welcome.invitedUnreadHint")];
  const relay = new URL(invitation.relay).host;
  return [
    <Trans key="title" i18nKey="welcome.invitedTitle" components={{ name: <Name of={invitation.name} /> }} />,
    t("welcome.invitedHint", { relay }),
  ];
}
