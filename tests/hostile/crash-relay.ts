import { setTimeout as real } from "node:timers/promises";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import type { ContactId } from "@tacit/web/core/views";
import { RelayProcess } from "../relay-process.ts";
import { FakeClock } from "../scenarios/fake-clock.ts";
import { Person } from "../scenarios/person.ts";
import { Chance } from "../simulation/chance.ts";

export type CrashLedger = {
  readonly cycles: number;
  readonly seed: string;
  readonly clients: number;
  readonly messages: number;
  /** Those of them that went directly, as their authors saw it. */
  readonly direct: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
};

type Road = { readonly from: Person; readonly to: Person; readonly contact: ContactId; readonly said: string[] };

const LONGEST_LIFE_MS = 700;
const FASTER = 4;
/** What is lost has not come so long after the last thing that did: how long all of it takes is the machine's. */
const PATIENCE_MS = 120_000;

/**
 * A relay under load that is killed by SIGKILL at moments that the seed draws, with real clients of this process: each
 * writes to two others, every fourth pair over a direct link. Compares what was said with what is shown in the end.
 */
export async function crashRelay(
  cycles: number,
  seed: string,
  clients = 20,
  say: (line: string) => void = () => undefined,
): Promise<CrashLedger> {
  const chance = new Chance(seed);
  await using relay = await RelayProcess.start();
  const clock = new FakeClock(Date.now());
  const network = new MemoryNetwork(clock);
  const people: Person[] = [];
  const roads: Road[] = [];
  for (let n = 0; n < clients; n++) {
    people.push(await (await new Person(`Person${n}`, { clock, origin: relay.origin, network }).open()).join());
  }
  say(`${clients} clients have an account`);
  for (const [n, a] of people.entries()) {
    const b = people[(n + 1) % people.length];
    if (b === undefined || b === a) continue;
    const theirs = await a.add(await b.card());
    const ours = await b.contact(a);
    await b.client.accept(ours);
    await a.sees("acceptance", { view: "contact", contact: theirs }, (shown) => shown?.status === "accepted");
    roads.push({ from: a, to: b, contact: theirs, said: [] }, { from: b, to: a, contact: ours, said: [] });
    if (n % 4 !== 0) continue;
    await a.client.openConversation(theirs);
    await b.client.openConversation(ours);
  }

  say(`${roads.length / 2} pairs know each other`);

  // The clients' time runs a little faster than that of the relay: pauses before a connection are shorter.
  let lastMs = performance.now();
  const moving = setInterval(() => {
    const nowMs = performance.now();
    clock.advance(Math.round(Math.min(1_000, (nowMs - lastMs) * FASTER)));
    lastMs = nowMs;
  }, 20);
  try {
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const lifeMs = chance.below(LONGEST_LIFE_MS);
      const dies = real(lifeMs).then(() => relay.kill());
      for (const road of roads) {
        if (chance.below(2) === 0) continue;
        const text = `${cycle} ${road.said.length}`;
        road.said.push(text);
        await road.from.client.sendText(road.contact, text);
        await real(chance.below(10));
      }
      await dies;
      await relay.start();
      if (cycle % 10 === 0 || cycle === cycles) say(`${cycle} of ${cycles} cycles`);
    }

    for (const road of roads) await standstill(road);
    let [lost, duplicated, outOfOrder, messages, direct] = [0, 0, 0, 0, 0];
    for (const { from, to, contact, said } of roads) {
      messages += said.length;
      const heard = await heardBy(to, from);
      const shown = new Set(heard);
      lost += said.filter((text) => !shown.has(text)).length;
      duplicated += heard.length - shown.size;
      const inOrder = said.filter((text) => shown.has(text));
      if (JSON.stringify([...shown]) !== JSON.stringify(inOrder)) outOfOrder += 1;
      const { rows } = await from.show({ view: "messages", contact, limit: 1_000_000 });
      direct += rows.filter((row) => row.kind === "text" && row.isMine && row.path === "direct").length;
    }
    for (const person of people) await person.quit();
    return { cycles, seed, clients, messages, direct, lost, duplicated, outOfOrder };
  } finally {
    clearInterval(moving);
  }
}

/** Once all of it is there, or nothing more comes. */
async function standstill({ from, to, said }: Road): Promise<void> {
  let [before, lastMs] = [-1, performance.now()];
  while (performance.now() < lastMs + PATIENCE_MS) {
    const shown = new Set(await heardBy(to, from));
    if (said.every((text) => shown.has(text))) return;
    if (shown.size > before) [before, lastMs] = [shown.size, performance.now()];
    await real(100);
  }
}

/** What is shown of the other's. */
async function heardBy(person: Person, other: Person): Promise<readonly string[]> {
  const { rows } = await person.show({ view: "messages", contact: await person.contact(other), limit: 1_000_000 });
  return rows.flatMap((row) => (row.kind === "text" && !row.isMine ? [row.text] : []));
}
