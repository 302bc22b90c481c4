import { type Finding, RelayAdmin, type Settings, type State } from "./relay-admin.ts";

// The operator's page: what the relay is called, who may join, how much there is room for, and whether all is well.
// It is a bundle of its own, and knows nothing of messages, contacts or people.

const REGISTRATIONS = [
  ["invite", "People with an invite"],
  ["open", "Everybody who finds this address"],
  ["closed", "Nobody for now"],
] as const;
const STATES = { well: "Well", doubtful: "Look at this", broken: "Broken", skipped: "Not needed" } as const;

const page = document.querySelector("#page");
if (page !== null) void start(page);

async function start(page: Element): Promise<void> {
  const link = location.hash.slice(1);
  // The link is worth nothing after this; it need not stay in the history either.
  if (link !== "") history.replaceState(undefined, "", location.pathname);
  const relay = await RelayAdmin.enter(link, sessionStorage);
  const state = await relay?.state();
  if (relay === undefined || state === undefined) {
    page.replaceChildren(
      element("h1", "This link does not open the page any more"),
      element("p", "Each link works once, and for a day. A new one is made where the relay runs:"),
      element("p", element("code", "docker compose exec relay tacit admin")),
      element("p", "Without Docker, with the variables of the relay set:"),
      element("p", element("code", "npx node server/src/main.ts admin")),
    );
    return;
  }
  const title = element("h1", state.isSetUp ? "Your relay" : "Set up your relay");
  page.replaceChildren(title, settingsOf(relay, state), doctorOf(relay), invitesOf(relay), sumsOf(state));
}

/** Zeros of a proof of work; each one more doubles the time. */
const WORK = [
  [0, "nothing"],
  [18, "a second or two"],
  [21, "some ten seconds, a minute on a slow telephone"],
] as const;

function settingsOf(relay: RelayAdmin, { settings }: State): Element {
  const form = element("form");
  const name = field("What it is called", "text", settings.relayName);
  Object.assign(name.input, { maxLength: 64, pattern: ".*\\S.*", title: "One character or more" });
  const who = element("fieldset", element("legend", "Who may join"));
  for (const [value, text] of REGISTRATIONS) {
    const radio = element("input");
    Object.assign(radio, { type: "radio", name: "registration", value, checked: settings.registration === value });
    who.append(element("label", radio, ` ${text}`));
  }
  const people = field("People at most", "number", String(settings.maxAccounts));
  const room = field(
    "Room for what waits for one person, in MiB (1 to 128)",
    "number",
    String(settings.mailboxMebibytes),
  );
  Object.assign(people.input, { min: "1", max: "1000000" });
  Object.assign(room.input, { min: "1", max: "128" });
  const work = element(
    "fieldset",
    element("legend", "Where anybody may join, a new account costs the device that makes it"),
  );
  for (const [value, text] of WORK) {
    const radio = element("input");
    Object.assign(radio, { type: "radio", name: "work", value, checked: settings.workBits === value });
    work.append(element("label", radio, ` ${text}`));
  }
  const said = element("p");
  said.setAttribute("role", "status");
  const save = element("button", "Save");
  form.append(...name.parts, who, work, ...people.parts, ...room.parts, save, said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form);
    const registration = chosen.get("registration");
    const next = {
      relayName: name.input.value.trim(),
      registration: registration as Settings["registration"],
      maxAccounts: Number(people.input.value),
      mailboxMebibytes: Number(room.input.value),
      // Another one than these is an operator's by hand, and stays.
      workBits: Number(chosen.get("work") ?? settings.workBits),
    };
    void busy(save, async () => {
      said.textContent = (await relay.save(next))
        ? "Saved. It is in force."
        : "Not saved. Load the page again and try.";
    });
  });
  return element("section", element("h2", "Decide"), form);
}

function doctorOf(relay: RelayAdmin): Element {
  const list = element("ul");
  const again = element("button", "Look again");
  const look = () =>
    busy(again, async () => {
      list.replaceChildren(element("li", "Looking. This takes a few seconds."));
      const findings = await relay.examine();
      list.replaceChildren(...(findings?.map(lineOf) ?? [element("li", "The relay did not answer.")]));
    });
  again.addEventListener("click", () => void look());
  void look();
  list.setAttribute("aria-live", "polite");
  return element("section", element("h2", "Is all well?"), list, again);
}

function lineOf({ about, state, says, advice }: Finding): Element {
  const line = element("li", element("strong", STATES[state]), `${about}: ${says}`);
  line.className = state;
  if (advice !== undefined) line.append(element("p", advice));
  return line;
}

function invitesOf(relay: RelayAdmin): Element {
  const uses = field("For how many people", "number", "1");
  Object.assign(uses.input, { min: "1", max: "1000" });
  const made = element("p");
  made.setAttribute("role", "status");
  const make = element("button", "Make an invite code");
  make.addEventListener("click", () => {
    void busy(make, async () => {
      const invite = await relay.invite(Number(uses.input.value));
      if (invite === undefined) made.textContent = "None was made: say for how many people, 1 to 1,000.";
      else made.replaceChildren("Pass this on. It is shown once: ", element("code", invite));
    });
  });
  return element("section", element("h2", "Invite"), ...uses.parts, make, made);
}

function sumsOf({ stats, build }: State): Element {
  const mebibytes = (stats.databaseBytes / 1024 / 1024).toFixed(1);
  const line = element(
    "p",
    `${stats.accounts} people, ${stats.waitingEnvelopes} envelopes waiting, database ${mebibytes} MiB. Tacit ${build}.`,
  );
  line.className = "quiet";
  return line;
}

async function busy(button: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
  button.disabled = true;
  await work();
  button.disabled = false;
}

function field(label: string, type: "text" | "number", value: string) {
  const input = element("input");
  Object.assign(input, { type, value, required: true, id: `field-${label.toLowerCase().replaceAll(/\W+/g, "-")}` });
  const caption = element("label", label);
  caption.htmlFor = input.id;
  return { input, parts: [caption, input] };
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, ...children: (Node | string)[]) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
