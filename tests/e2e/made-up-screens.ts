import type { Visit } from "./made-up.ts";

export type Screen = { readonly name: string; readonly show: (visit: Visit) => Promise<void> };

/** Every screen, state and dialog of the interface, and how a person comes to it. */
export const SCREENS: readonly Screen[] = [
  screen("welcome", async (visit) => {
    await visit.at("/", "phase=empty");
    await visit.sees("welcome.title");
  }),
  screen("welcome by an invitation", async (visit) => {
    await visit.at("/add/abc", "phase=empty");
    await visit.sees("welcome.create");
  }),
  screen("create an account", async (visit) => {
    await visit.at("/", "phase=empty&invite=welcome");
    await visit.press("button", "welcome.create");
    await visit.press("button", "create.generate");
    await visit.sees("create.generated");
  }),
  screen("create an account, refused", async (visit) => {
    await visit.at("/", "phase=empty&invite=welcome");
    await visit.press("button", "welcome.create");
    await visit.page.getByLabel(visit.words.say("create.name"), { exact: true }).fill("Robin");
    await visit.page.getByLabel(visit.words.say("create.handle"), { exact: true }).fill("robin");
    await visit.press("button", "create.generate");
    await visit.press("button", "create.submit");
    await visit.sees("create.refused.invite-needed");
  }),
  screen("sign in", async (visit) => {
    await visit.at("/", "phase=empty");
    await visit.press("button", "welcome.signIn");
    await visit.sees("comeBack.title");
  }),
  screen("locked", async (visit) => {
    await visit.at("/", "phase=locked");
    await visit.press("button", "unlock.forgot");
    await visit.sees("unlock.forgotTitle");
  }),
  screen("another account", async (visit) => {
    await visit.at("/", "phase=signed-out");
    await visit.press("button", "erase.another");
    await visit.sees("erase.anotherText");
  }),
  screen("erase", async (visit) => {
    await visit.at("/settings");
    await visit.press("button", "erase.open");
    await visit.sees("erase.title");
  }),
  screen("signed out", async (visit) => {
    await visit.at("/", "phase=signed-out");
    await visit.sees("signIn.again");
  }),
  screen("damaged", async (visit) => {
    await visit.at("/", "phase=damaged");
    await visit.sees("damaged.title");
  }),
  screen("unusable", async (visit) => {
    await visit.at("/", "phase=unusable");
    await visit.sees("unusable.title");
  }),
  screen("nobody yet", async (visit) => {
    await visit.at("/", "new");
    await visit.sees("list.emptyTitle");
  }),
  screen("the list", async (visit) => {
    await visit.at("/");
    await visit.page.locator("summary").click();
    await visit.sees("list.ignored");
  }),
  screen("offline, and an update", async (visit) => {
    await visit.at("/", "connection=offline&update");
    await visit.sees("connection.tryNow");
    await visit.sees("update.ready");
  }),
  screen("a clock that is wrong", async (visit) => {
    await visit.at("/c/alex", "clock=3");
    await visit.sees("connection.clockAgain");
  }),
  screen("a clock that is wrong, and no connection", async (visit) => {
    await visit.at("/", "clock=-400&connection=offline");
    await visit.sees("connection.clockAgain");
    await visit.sees("connection.tryNow");
  }),
  ...(["connecting", "signed-out", "restored", "damaged", "outdated"] as const).map((connection) =>
    screen(`connection: ${connection}`, async (visit) => {
      await visit.at("/", `connection=${connection}`);
      await visit.sees(`connection.${connection}`);
    }),
  ),
  screen("a conversation", async (visit) => {
    await visit.at("/c/alex");
    const message = visit.page.getByRole("listitem").filter({ hasText: "Coffee is on me" }).last();
    await message.click();
    await message.getByRole("button", { name: visit.words.say("conversation.reply") }).click();
    await visit.sees("composer.replyingToSelf");
  }),
  screen("a long conversation with unread messages", async (visit) => {
    await visit.at("/c/bea");
    await visit.sees("conversation.new");
  }),
  screen("a request", async (visit) => {
    await visit.at("/c/chiara");
    await visit.sees("request.acceptHint");
  }),
  screen("a changed key", async (visit) => {
    await visit.at("/c/dmitri");
    await visit.sees("hold.compare");
  }),
  screen("send anyway", async (visit) => {
    await visit.at("/c/dmitri");
    await visit.press("button", "hold.anyway");
    await visit.sees("hold.anywayConfirm");
  }),
  screen("the safety number of a changed key", async (visit) => {
    await visit.at("/c/dmitri/details");
    await visit.press("button", "contact.safetyOpen");
    await visit.sees("safety.newKey");
    await visit.press("button", "safety.mark");
    await visit.page.getByRole("alert").first().waitFor();
  }),
  screen("failed and unreadable messages", async (visit) => {
    await visit.at("/c/layla");
    await visit.sees("conversation.unreadableAsked");
    await visit.sees("conversation.sendAgain");
    await visit.sees("conversation.retry");
  }),
  screen("files on their way", async (visit) => {
    await visit.at("/c/noor");
    await visit.sees("files.failure.withdrawn");
  }),
  screen("an ignored request", async (visit) => {
    await visit.at("/c/fred");
    await visit.sees("request.accept");
  }),
  screen("contact details", async (visit) => {
    await visit.at("/c/elise/details");
    await visit.sees("contact.safetyOpen");
  }),
  screen("the safety number", async (visit) => {
    await visit.at("/c/alex/details");
    await visit.press("button", "contact.safetyOpen");
    await visit.page.locator("summary").last().click();
    await visit.sees("safety.meaningText");
  }),
  screen("block somebody", async (visit) => {
    await visit.at("/c/alex/details");
    await visit.press("button", "contact.block");
    await visit.sees("block.text");
  }),
  screen("add someone", async (visit) => {
    await visit.at("/add");
    await visit.sees("add.theirCard");
  }),
  screen("the camera", async (visit) => {
    await visit.at("/add");
    await visit.press("button", "add.scan");
    await visit.sees("scan.none");
  }),
  screen("a card that came", async (visit) => {
    await visit.at("/add/abc");
    await visit.sees("add.confirm");
  }),
  ...(["newer", "forged", "expired", "other-relay", "used", "revoked", "unreachable", "budget"] as const).map(
    (reason) =>
      screen(`a card that is of no use: ${reason}`, async (visit) => {
        await visit.at(`/add/${reason}`);
        await visit.sees(`add.refused.${reason}`);
      }),
  ),
  screen("cards", async (visit) => {
    await visit.at("/cards");
    await visit.sees("cards.kind");
  }),
  screen("a card to give", async (visit) => {
    await visit.at("/cards");
    await visit.press("button", "cards.show");
    await visit.sees("cards.copy");
  }),
  screen("take a card back", async (visit) => {
    await visit.at("/cards");
    await visit.press("button", "cards.revoke");
    await visit.sees("cards.revokeText");
  }),
  screen("settings", async (visit) => {
    await visit.at("/settings");
    await visit.sees("settings.aboutText");
  }),
  screen("the password again", async (visit) => {
    await visit.at("/settings");
    await visit.press("switch", "settings.keep");
    await visit.sees("settings.keepPasswordTitle");
  }),
  screen("change the password", async (visit) => {
    await visit.at("/settings");
    await visit.press("button", "settings.changePassword");
    await visit.sees("changePassword.afterHint");
  }),
  screen("delete the account", async (visit) => {
    await visit.at("/settings");
    await visit.press("button", "settings.deleteAccount");
    await visit.sees("deleteAccount.text");
  }),
  screen("the recovery key, covered", async (visit) => {
    await visit.at("/recovery-key");
    await visit.sees("recovery.alone");
  }),
  screen("the recovery key", async (visit) => {
    await visit.at("/recovery-key");
    await visit.press("button", "recovery.show");
    await visit.sees("recovery.written");
  }),
  screen("two words of the recovery key", async (visit) => {
    await visit.at("/recovery-key");
    await visit.press("button", "recovery.show");
    await visit.press("button", "recovery.written");
    await visit.press("button", "recovery.check");
    await visit.sees("recovery.askText");
  }),
  screen("an older copy", async (visit) => {
    await visit.at("/older-copy", "connection=restored");
    await visit.sees("restored.copy.what");
  }),
  screen("damaged in part", async (visit) => {
    await visit.at("/older-copy", "connection=damaged");
    await visit.sees("restored.damaged.what");
  }),
  screen("sign out", async (visit) => {
    await visit.at("/settings");
    await visit.press("button", "settings.signOut");
    await visit.sees("settings.signOutText");
  }),
  screen("go to", async (visit) => {
    await visit.at("/c/alex");
    await visit.page.getByText("Coffee is on me").first().waitFor();
    await visit.page.keyboard.press("Control+k");
    await visit.sees("switcher.hint");
  }),
  screen("the shortcuts", async (visit) => {
    await visit.at("/settings");
    await visit.press("button", "settings.keys");
    await visit.sees("keys.regionBack");
  }),
  screen("a call that rings", async (visit) => {
    await visit.at("/c/alex", "call=incoming-video");
    await visit.sees("call.phase.incomingVideo");
  }),
  screen("a call with pictures", async (visit) => {
    await visit.at("/c/alex", "call=video");
    await visit.press("button", "call.devices");
    await visit.sees("call.device.noiseStrongHint");
  }),
  screen("a call with a shared screen", async (visit) => {
    await visit.at("/c/alex", "call=screen");
    await visit.press("button", "call.code.open");
    await visit.sees("call.code.same");
  }),
  screen("a call in which one shares", async (visit) => {
    await visit.at("/c/alex", "call=sharing");
    await visit.sees("call.sharing");
  }),
  screen("a call beside the messages", async (visit) => {
    await visit.at("/c/alex", "call=video");
    await visit.press("button", "call.minimise");
    await visit.page.getByText("Coffee is on me").first().waitFor();
  }),
  screen("a call that ended", async (visit) => {
    await visit.at("/c/alex", "call=code");
    await visit.sees("call.end.code");
  }),
  screen("a call in another tab", async (visit) => {
    await visit.at("/c/alex", "call=incoming&elsewhere");
    await visit.page.getByText("Coffee is on me").first().waitFor();
  }),
  screen("before the first call", async (visit) => {
    await visit.at("/c/alex", "setup");
    await visit.page.getByText("Coffee is on me").first().waitFor();
    await visit.page.locator("main header").getByRole("button").first().click();
    await visit.sees("call.setUp.text");
  }),
  screen("nothing here", async (visit) => {
    await visit.at("/nowhere");
    await visit.sees("app.notFound");
  }),
];

function screen(name: string, show: Screen["show"]): Screen {
  return { name, show };
}
