import { Ticket } from "lucide-react";
import { type SyntheticEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { useLocation, useRoute } from "wouter";
import { paths } from "../app/paths.ts";
import { type RelayGreeting, useSurroundings } from "../app/surroundings.ts";
import { leaveSteps } from "../app/use-back-step.ts";
import { useView } from "../app/use-view.ts";
import { Button } from "../parts/Button.tsx";
import { Checkbox } from "../parts/Checkbox.tsx";
import { Field } from "../parts/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { type AccountErrors, type AccountField, checkAccount, toErrors } from "./account-errors.ts";
import css from "./CreateAccount.module.css";
import { Entrance } from "./Entrance.tsx";
import { Fleeting } from "./Fleeting.tsx";
import { NewPassword } from "./NewPassword.tsx";
import { ThisServer } from "./ThisServer.tsx";
import { useInvalidFocus } from "./use-invalid-focus.ts";

type CreateAccountProps = { readonly greeting: RelayGreeting | undefined; readonly onSignIn: () => void };

export function CreateAccount({ greeting, onSignIn }: CreateAccountProps) {
  const { t } = useTranslation();
  const { client, prepare, perform } = useSurroundings();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [keep, setKeep] = useState(true);
  const [invite, setInvite] = useState("");
  const [hasInvite, setWantsInvite] = useState(false);
  const [errors, setErrors] = useState<AccountErrors>({});
  const [refusals, setRefusals] = useState(0);
  const [isWorking, setWorking] = useState(false);
  const phase = useView({ view: "phase" });
  const work = phase?.phase === "empty" ? phase.work : undefined;
  const [isInvited] = useRoute("/add/*");
  const [, navigate] = useLocation();
  const form = useInvalidFocus(refusals);
  const wantsInvite = hasInvite || greeting?.registration === "invite";
  const inviteField = useRef<HTMLInputElement>(null);

  function refuse(found: AccountErrors) {
    setErrors(found);
    setRefusals((count) => count + 1);
    if (found.invite !== undefined) setWantsInvite(true);
  }

  async function create() {
    const found = checkAccount({ name, login, password });
    if (Object.keys(found).length > 0) return refuse(found);
    setErrors({});
    setWorking(true);
    try {
      const account = { name: name.trim(), login, password, keep };
      const code = invite.trim();
      const created = await client.createAccount(code === "" ? account : { ...account, invite: code });
      if (!created.ok) refuse(toErrors(created.reason, code));
      else if (!isInvited) await showRecoveryKey();
    } finally {
      setWorking(false);
    }
  }

  /** Whoever was invited lands in the conversation instead, and finds the recovery key in the list. */
  async function showRecoveryKey() {
    await leaveSteps();
    navigate(paths.list, { replace: true });
    navigate(paths.recovery);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    perform(create());
  }

  function openInvite() {
    flushSync(() => setWantsInvite(true));
    inviteField.current?.focus();
  }

  /** A field that is being corrected is no longer wrong. */
  function correct(field: AccountField, set: (value: string) => void) {
    return (value: string) => {
      set(value);
      setErrors((found) => (found[field] === undefined ? found : { ...found, [field]: undefined }));
    };
  }

  function wordsFor(field: AccountField | "form"): string | undefined {
    const reason = errors[field];
    return reason === undefined ? undefined : t(`create.refused.${reason}`);
  }

  return (
    <Entrance title={t("create.title")}>
      <Form ref={form} className={css["form"]} onFocus={prepare} onSubmit={submit} noValidate>
        <Fleeting />
        <Field
          label={t("create.name")}
          hint={t("create.nameHint")}
          error={wordsFor("name")}
          value={name}
          onChange={(event) => correct("name", setName)(event.target.value)}
          autoComplete="name"
          maxLength={64}
          required
        />
        <Field
          label={t("create.handle")}
          hint={t("create.handleHint")}
          error={wordsFor("login")}
          value={login}
          onChange={(event) => correct("login", setLogin)(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          required
        />
        <NewPassword
          label={t("create.password")}
          hint={t("create.passwordHint")}
          error={wordsFor("password")}
          value={password}
          onValue={correct("password", setPassword)}
        />
        {wantsInvite ? (
          <Field
            label={t("create.invite")}
            hint={t("create.inviteHint")}
            error={wordsFor("invite")}
            value={invite}
            onChange={(event) => correct("invite", setInvite)(event.target.value)}
            autoCapitalize="none"
            spellCheck={false}
            ref={inviteField}
          />
        ) : (
          <Button look="plain" icon={Ticket} aria-expanded={false} className={css["invite"]} onClick={openInvite}>
            {t("create.haveInvite")}
          </Button>
        )}
        <Checkbox
          label={t("create.keep")}
          hint={t(keep ? "create.keepOn" : "create.keepOff")}
          isChecked={keep}
          onChange={setKeep}
        />
        <p className={css["warning"]}>{t("create.noReset")}</p>
        {errors.form !== undefined && (
          <p className={css["refusal"]} role="alert">
            {wordsFor("form")}
          </p>
        )}
        {isWorking && work !== undefined && (
          <label className={css["warning"]}>
            {t("create.proving")} <progress value={work} />
          </label>
        )}
        <Button type="submit" look="primary" isWide isBusy={isWorking}>
          {t(isWorking ? "create.working" : "create.submit")}
        </Button>
        <Button look="plain" isWide onClick={onSignIn}>
          {t("create.haveOne")}
        </Button>
        <ThisServer greeting={greeting} />
      </Form>
    </Entrance>
  );
}
