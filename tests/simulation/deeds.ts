import { CANARY } from "./ledger.ts";
import type { Name, Resident } from "./resident.ts";
import { textsOf } from "./settle.ts";
import type { Story } from "./story.ts";
import type { Plane } from "./wire.ts";

/** Something that happens to somebody's device, or `undefined` where the word is not one of these. */
export function happenTo(resident: Resident, verb: string, said: readonly string[]): boolean | undefined {
  const isOn = resident.client !== undefined;
  switch (verb) {
    case "open":
      if (resident.isRunning) return false;
      resident.open();
      return true;
    case "crash":
      if (!resident.isRunning) return false;
      resident.crash();
      return true;
    case "die":
      if (!resident.isRunning) return false;
      resident.dieAt(Number(said[1]), said[0] === "after");
      return true;
    case "full":
      if (resident.fate === undefined) return false;
      resident.fate.refusals = Number(said[0]);
      return true;
    case "deaf":
      if (!isOn || resident.fate === undefined) return false;
      resident.fate.deafness = Number(said[0]);
      return true;
    case "takeover":
      resident.takeOver();
      return isOn;
    case "haunt":
      resident.haunt();
      return isOn;
    case "exorcise":
      resident.exorcise();
      return true;
    case "cut": {
      const open = resident.wires.filter(({ plane, isOver }) => plane === (said[0] as Plane) && !isOver);
      for (const wire of open) wire.cut();
      return open.length > 0;
    }
    case "away":
      resident.setAway(true);
      return true;
    case "back":
      if (!resident.isAway) return false;
      resident.setAway(false);
      return true;
    case "jump":
      resident.offsetMs += Number(said[0]);
      return true;
    case "over":
      if (resident.direct?.isWaiting !== true) return false;
      resident.direct.deliver();
      return true;
    case "snap":
      resident.direct?.snap();
      return isOn;
    case "part":
      resident.direct?.part();
      return isOn;
    case "mend":
      resident.direct?.mend();
      return isOn;
    default:
      return undefined;
  }
}

/** Something that a person does on their device. Answers whether they could. */
export async function act(story: Story, verb: string, [name, other]: readonly [Name, Name]): Promise<boolean> {
  const { ledger, residents } = story;
  const resident = residents[name];
  const { client } = resident;
  if (client === undefined) return false;
  const contact = story.contactOf(name, other);
  const ignored = () => undefined;
  switch (verb) {
    case "rename":
      client.rename(`${name} ${other}`).catch(ignored);
      return true;
    case "say": {
      const order = ledger.written.size;
      const text = `${name} to ${other} ${order} ${CANARY}`;
      const written = { from: name, to: other, order, device: resident.left.length, isCertain: false };
      ledger.write(text, written);
      client.sendText(contact, text).then(() => {
        written.isCertain = true;
      }, ignored);
      return true;
    }
    case "type":
      client.setTyping(contact, true).catch(ignored);
      return true;
    case "read":
      client.openConversation(contact).catch(ignored);
      return true;
    case "leave":
      client.closeConversation(contact).catch(ignored);
      return true;
    case "block":
      // Two who have shut each other out have no key left to say anything with; a new card is their way back.
      if (ledger.blocked.has(`${other} ${name}`)) return false;
      ledger.blocked.add(`${name} ${other}`);
      client.block(contact).then(async () => {
        const heard = await heardBy(story, name, other);
        if (heard !== undefined) ledger.silenced.set(`${name} ${other}`, new Set(heard));
      }, ignored);
      return true;
    case "unblock": {
      const details = await resident.show({ view: "contact", contact });
      if (details?.status !== "blocked") return false;
      const before = ledger.silenced.get(`${name} ${other}`);
      for (const text of (before && (await heardBy(story, name, other))) ?? []) {
        if (before?.has(text) === false)
          ledger.violations.push(`"${text}" is shown to ${name}, who has blocked ${other}`);
      }
      ledger.silenced.delete(`${name} ${other}`);
      client.unblock(contact).catch(ignored);
      return true;
    }
    case "look": {
      const told = story.relay.tells(story.cast.identities, CANARY);
      if (told !== undefined) ledger.violations.push(`the relay's store has ${told}`);
      for (const { text, isMine, mark } of await textsOf(story, name, other)) {
        if (isMine && mark !== "waiting") ledger.seenSent.add(text);
      }
      return true;
    }
    default:
      throw new RangeError(`nobody knows how to "${verb}"`);
  }
}

async function heardBy(story: Story, name: Name, other: Name): Promise<readonly string[] | undefined> {
  const page = await story.residents[name].show({
    view: "messages",
    contact: story.contactOf(name, other),
    limit: 1_000,
  });
  return page?.rows.flatMap((row) => (row.kind === "text" && !row.isMine ? [row.text] : []));
}
