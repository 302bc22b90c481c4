// `npm run bench:metadata [-- --people 20 --each 8]`: how well an operator who watches the relay live guesses from times alone who
// talks with whom (MD-2), with receipts that wait a while, as they do, and with receipts that leave at once. Real clients
// and a real relay on one clock that is not real; everybody is connected and nobody answers by hand, for what people answer
// tells more. Reported, not promised: 0.5 is a guess, 1 is certain. The last line is JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as real } from "node:timers/promises";
import { parseArgs } from "node:util";
import { sha256 } from "@tacit/server/hash";
import type { AccountId } from "@tacit/shared/ids";
import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { memoryDeviceKey } from "@tacit/web/core/testing/memory-device-key";
import type { ContactId } from "@tacit/web/core/views";
import Database from "better-sqlite3";
import { countOf } from "../count-of.ts";
import { discloses, type SeenPost } from "../hostile/disclosure.ts";
import { areaUnderCurve, type Pair } from "../hostile/seizure.ts";
import type { Person } from "../scenarios/person.ts";
import { seededRandom } from "../scenarios/seeded-random.ts";
import { World } from "../scenarios/world.ts";
import { Chance } from "../simulation/chance.ts";
import { stubCrypto } from "../simulation/stub-crypto.ts";

type Edge = { readonly a: Person; readonly b: Person; readonly atA: ContactId; readonly atB: ContactId };
type Seen = { readonly atMs: number; readonly key: Uint8Array };

const { values } = parseArgs({
  options: { people: { type: "string", default: "20" }, each: { type: "string", default: "8" } },
});
const [PEOPLE, EACH] = [countOf("--people", values.people), countOf("--each", values.each)];
const FRIENDS = 2;
const PER_MINUTE = [10, 60, 300];
const STEP_MS = 100;
/** For what a step has set going: the clients' time stands still meanwhile. */
const SETTLE_MS = 3;
const QUIET_MS = 10 * SECOND_MS;
/** Right after it; as long as a receipt waits; all of that. */
const WINDOWS = [
  { fromMs: 0, toMs: 300 },
  { fromMs: 900, toMs: 3_200 },
  { fromMs: 0, toMs: 3_200 },
];

const dataDir = mkdtempSync(join(tmpdir(), "tacit-metadata-"));
const world = await World.create({ dataDir });
const chance = new Chance("metadata");
const stub = stubCrypto();
let isAtOnce = false;
const seen: Seen[] = [];
const people: Person[] = [];
const accounts = new Map<Person, AccountId>();
for (let n = 0; n < PEOPLE; n++) people.push(await arrive(`Person${n}`));
const edges: Edge[] = [];
for (const [n, a] of people.entries()) {
  for (let step = 1; step <= FRIENDS; step++) {
    // Neighbours and those some places on: everybody has as many friends, so that nobody stands out by that.
    const b = people[(n + step ** 3) % people.length];
    if (b === undefined) continue;
    const atA = await a.add(await b.card());
    const atB = await b.contact(a);
    await b.client.accept(atB);
    await a.sees("acceptance", { view: "contact", contact: atA }, (shown) => shown?.status === "accepted");
    edges.push({ a, b, atA, atB });
  }
}
await pass(MINUTE_MS);

const idOf = (person: Person) => accounts.get(person) ?? ("" as AccountId);
const linked = edges.map(({ a, b }): Pair => [idOf(a), idOf(b)]);
const unlinked = people.flatMap((a, n) =>
  people
    .slice(n + 1)
    .filter((b) => !edges.some((edge) => (edge.a === a && edge.b === b) || (edge.a === b && edge.b === a)))
    .map((b): Pair => [idOf(a), idOf(b)]),
);
const owners = new Map<string, AccountId>();
const results = [];
for (const perMinute of PER_MINUTE) {
  for (const atOnce of [true, false]) {
    isAtOnce = atOnce;
    await pass(QUIET_MS);
    seen.splice(0);
    await talk(perMinute);
    const posts = toPosts();
    const areas = WINDOWS.map((window) => areaUnderCurve(discloses(posts, window), linked, unlinked));
    const best = Math.round(1_000 * Math.max(...areas)) / 1_000;
    results.push({ perMinute, receipts: atOnce ? "at once" : "later", posts: posts.length, auc: best });
    console.log(`${perMinute} messages a minute, receipts ${atOnce ? "at once" : "1 to 3 s later"}: AUC ${best}`);
  }
}
await world[Symbol.asyncDispose]();
rmSync(dataDir, { recursive: true });
console.log(JSON.stringify({ people: PEOPLE, pairs: linked.length, others: unlinked.length, each: EACH, results }));

/** Somebody whose posts are seen as the relay sees them. */
async function arrive(name: string): Promise<Person> {
  const random = seededRandom(`${name} keys`);
  const person = await world.person(name, {
    disturbKeys: () => stub.makeKeys(name, random, memoryDeviceKey(random)).keyholder,
    disturb: (relay) => ({
      ...relay,
      post: (posts) => {
        for (const { key } of posts) seen.push({ atMs: world.clock.nowMs(), key });
        return relay.post(posts);
      },
    }),
    disturbClock: (clock) => ({
      nowMs: () => clock.nowMs(),
      // A receipt is what waits for one to three seconds.
      after: (ms, callback) => clock.after(isAtOnce && ms >= SECOND_MS && ms < 3 * SECOND_MS ? 0 : ms, callback),
    }),
  });
  const me = await person.sees("oneself", { view: "me" }, (value) => value !== undefined);
  if (me !== undefined) accounts.set(person, me.account);
  return person;
}

/** `EACH` messages for each pair, at moments that nobody agreed on. */
async function talk(perMinute: number): Promise<void> {
  const messages = EACH * edges.length;
  const spanMs = (messages * MINUTE_MS) / perMinute;
  const moments = Array.from({ length: messages }, () => chance.below(spanMs)).sort((x, y) => x - y);
  let nowMs = 0;
  for (const momentMs of moments) {
    await pass(momentMs - nowMs);
    nowMs = momentMs;
    const { a, b, atA, atB } = chance.pick(edges);
    if (chance.isOneIn(2)) await a.client.sendText(atA, `at ${momentMs}`);
    else await b.client.sendText(atB, `at ${momentMs}`);
    await real(SETTLE_MS);
  }
  await pass(QUIET_MS);
}

async function pass(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
    world.clock.advance(Math.min(STEP_MS, leftMs));
    await real(SETTLE_MS);
  }
}

/** For whom each was, by what the relay keeps: it knows whose each delivery key is. */
function toPosts(): readonly SeenPost[] {
  const database = new Database(join(dataDir, "relay.db"), { readonly: true });
  const rows = database.prepare("SELECT hash, account_id FROM delivery_keys").raw().all() as [Buffer, AccountId][];
  database.close();
  for (const [hash, account] of rows) owners.set(hash.toString("hex"), account);
  return seen.flatMap(({ atMs, key }) => {
    const to = owners.get(Buffer.from(sha256(key)).toString("hex"));
    return to === undefined ? [] : [{ atMs, to }];
  });
}
