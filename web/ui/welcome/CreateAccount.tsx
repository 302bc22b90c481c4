import type { AccountRefusal } from "@tacit/web/core/client-api";
import { Dices } from "lucide-react";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Field } from "../parts/Field.tsx";
import { PasswordField } from "../parts/PasswordField.tsx";
import css from "./CreateAccount.module.css";
import { Entrance } from "./Entrance.tsx";
import { generatePassword } from "./generate-password.ts";

export const MIN_PASSWORD_CHARACTERS = 10;

/** invite-needed: the relay wants a code and none was written yet. */
type Refusal = AccountRefusal | "invite-needed";

const FIELD_OF: Partial<Record<Refusal, "name" | "handle" | "password" | "invite">> = {
  "name-malformed": "name",
  "login-malformed": "handle",
  "handle-taken": "handle",
  "password-short": "password",
  invite: "invite",
  "invite-needed": "invite",
};

export function CreateAccount({ onSignIn }: { readonly onSignIn: () => void }) {
  const { t } = useTranslation();
  const { client, random, prepare, perform } = useSurroundings();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const [isGenerated, setGenerated] = useState(false);
  const [keep, setKeep] = useState(true);
  const [invite, setInvite] = useState("");
  const [wantsInvite, setWantsInvite] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isWorking, setWorking] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (refusal !== undefined) form.current?.querySelector<HTMLInputElement>("[aria-invalid]")?.focus();
  }, [refusal]);

  async function create() {
    setRefusal(undefined);
    if (name.trim() === "") return setRefusal("name-malformed");
    if (password.length < MIN_PASSWORD_CHARACTERS) return setRefusal("password-short");
    setWorking(true);
    try {
      const account = { name: name.trim(), login: login.trim(), password, keep };
      const code = invite.trim();
      const created = await client.createAccount(code === "" ? account : { ...account, invite: code });
      if (created.ok) return;
      if (created.reason === "invite") setWantsInvite(true);
      setRefusal(created.reason === "invite" && code === "" ? "invite-needed" : created.reason);
    } finally {
      setWorking(false);
    }
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(create());
  }

  function generate() {
    setPassword(generatePassword(random));
    setShown(true);
    setGenerated(true);
  }

  const at = refusal === undefined ? undefined : FIELD_OF[refusal];
  const words = refusal === undefined ? undefined : t(`create.refused.${refusal}`);
  return (
    <Entrance title={t("create.title")}>
      <form ref={form} className={css["form"]} onFocus={prepare} onSubmit={submit} noValidate>
        <Field
          label={t("create.name")}
          hint={t("create.nameHint")}
          error={at === "name" ? words : undefined}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="name"
          maxLength={64}
          required
        />
        <Field
          label={t("create.handle")}
          hint={t("create.handleHint")}
          error={at === "handle" ? words : undefined}
          value={login}
          onChange={(event) => setLogin(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
        />
        <div className={css["password"]}>
          <PasswordField
            label={t("create.password")}
            hint={isGenerated ? t("create.generated") : t("create.passwordHint")}
            error={at === "password" ? words : undefined}
            value={password}
            onValue={(value) => {
              setPassword(value);
              setGenerated(false);
            }}
            autoComplete="new-password"
            isShown={isShown}
            onShown={setShown}
          />
          <Button look="plain" icon={Dices} onClick={generate}>
            {t("create.generate")}
          </Button>
        </div>
        {wantsInvite && (
          <Field
            label={t("create.invite")}
            hint={t("create.inviteHint")}
            error={at === "invite" ? words : undefined}
            value={invite}
            onChange={(event) => setInvite(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        )}
        <Checkbox
          label={t("create.keep")}
          hint={t(keep ? "create.keepOn" : "create.keepOff")}
          isChecked={keep}
          onChange={setKeep}
        />
        <p className={css["warning"]}>{t("create.noReset")}</p>
        {words !== undefined && at === undefined && (
          <p className={css["refusal"]} role="alert">
            {words}
          </p>
        )}
        <Button type="submit" look="primary" isWide isBusy={isWorking}>
          {t(isWorking ? "create.working" : "create.submit")}
        </Button>
        <Button look="plain" isWide onClick={onSignIn}>
          {t("create.haveOne")}
        </Button>
      </form>
    </Entrance>
  );
}
