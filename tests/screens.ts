// `npm run screens`: draws docs/screens anew from the built app, with two people who talk.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { friends, type Look, Person } from "./e2e/people.ts";
import { RelayProcess } from "./relay-process.ts";

const folder = resolve(import.meta.dirname, "../docs/screens");
const sizes = {
  phone: { width: 390, height: 844, isPhone: true },
  tablet: { width: 820, height: 1180 },
  wide: { width: 1440, height: 900 },
} as const;
const TALK: readonly (readonly ["Mira" | "Jonas", text: string, shown: string])[] = [
  ["Mira", "The ferry leaves at **ten past nine**, not at nine.", "The ferry leaves"],
  ["Mira", "I'll bring the thermos.", "thermos"],
  ["Jonas", "Then there is time for bread. Rye or the one with walnuts?", "time for bread"],
  ["Mira", "Walnuts, always.", "Walnuts, always."],
  ["Jonas", "> Walnuts, always.\n\nNoted. See you at the pier, by the blue shed.", "blue shed"],
  ["Mira", "If the wind turns, look here first: `pier 3`", "If the wind turns"],
];

mkdirSync(folder, { recursive: true });
await using relay = await RelayProcess.start();
for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries(sizes))
    await draw(`${size}-${colorScheme}`, { ...viewport, colorScheme });
}

async function draw(name: string, look: Look): Promise<void> {
  await using visitor = await Person.arrive(relay, `visitor-${name}`, look);
  await visitor.button("Create account").waitFor();
  await shoot(visitor, "welcome", name);
  await using mira = await Person.join(relay, "Mira", { ...look, handle: `mira-${name}` });
  await using jonas = await Person.join(relay, "Jonas", { handle: `jonas-${name}` });
  await mira.page.goto(`${relay.origin}/#/add`);
  await mira.page.getByRole("heading", { name: "Add someone" }).waitFor();
  await shoot(mira, "add", name);
  await friends(mira, jonas);
  for (const [who, text, shown] of TALK) {
    const [writer, reader] = who === "Mira" ? [mira, jonas] : [jonas, mira];
    await writer.turnTo(reader);
    await writer.composer().fill(text);
    await writer.button("Send").click();
    await reader.hears(writer, shown);
  }
  await mira.marks(jonas, "If the wind turns", /Read/);
  await mira.page.mouse.move(0, 0);
  await shoot(mira, "conversation", name);
  await mira.page.goto(`${relay.origin}/#/`);
  await mira.page.getByRole("link", { name: /Jonas/ }).waitFor();
  await shoot(mira, "list", name);
  await mira.page.goto(`${relay.origin}/#/settings`);
  await mira.page.getByRole("heading", { name: "Settings" }).waitFor();
  await shoot(mira, "settings", name);
}

async function shoot(person: Person, screen: string, name: string): Promise<void> {
  await person.page.screenshot({ path: resolve(folder, `${screen}-${name}.png`), animations: "disabled" });
}
