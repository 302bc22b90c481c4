import type { Bytes } from "@tacit/shared/bytes";
import type { MessageId } from "@tacit/shared/ids";
import { ENVELOPE_BUCKETS_BYTES, MINUTE_MS, RECOVERY_PAD_BYTES } from "@tacit/shared/limits";
import type { Lane } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { insteadOf } from "../scenarios/forging.ts";
import { seededRandom } from "../scenarios/seeded-random.ts";
import { until } from "../scenarios/until.ts";
import { World } from "../scenarios/world.ts";
import { befriend, Grip, idle } from "./relays.ts";

const random = seededRandom("said by peers");

const BODIES = {
  text: { type: "text", text: "in the wrong lane" },
  receipt: { type: "receipt", state: "read", messages: ["AAAAAAAAAAAAAAAAAAAAAA"] },
  resend: { type: "resend", envelopes: [new Uint8Array(16)] },
  typing: { type: "typing", isTyping: true },
  newer: { type: "hologram", light: 7 },
} as const;
const LANES: readonly Lane[] = ["durable", "live", "ring"];
const ALLOWED: Readonly<Record<keyof typeof BODIES, Lane>> = {
  text: "durable",
  receipt: "durable",
  resend: "durable",
  newer: "durable",
  typing: "live",
};

test("AR-4: each type of content counts in its own lane and from its own author only; all else is dropped", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  let body: object | undefined;
  const grip = new Grip();
  const mallory = await world.person("Mallory", {
    disturb: grip.over,
    disturbKeys: insteadOf((given) => (given.type === "text" && body !== undefined ? body : given)),
  });
  await befriend(alice, mallory);
  const contact = await alice.contact(mallory);
  await mallory.sees("acceptance", { view: "contact", contact: await mallory.contact(alice) }, (details) => {
    return details?.status === "accepted";
  });
  const texts: string[] = [];
  const rowsOf = async () => (await alice.rows(mallory)).filter(({ kind }) => kind !== "notice").length;

  for (const [type, content] of Object.entries(BODIES)) {
    for (const lane of LANES) {
      const before = await rowsOf();
      body = content;
      grip.onPosts = (posts) => posts.map((post) => ({ ...post, lane }));
      const seen = grip.posted.length;
      await mallory.say(alice, "whatever");
      await until("the post", () => grip.posted.length > seen);
      await mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
      grip.onPosts = (posts) => posts;
      body = undefined;
      texts.push(`after ${type} ${lane}`);
      await mallory.say(alice, texts.at(-1) ?? "");
      await alice.sees("what follows", { view: "messages", contact, limit: 1_000 }, ({ rows }) =>
        rows.some((row) => row.kind === "text" && row.text === texts.at(-1)),
      );
      const isShown = (type === "text" || type === "newer") && lane === ALLOWED[type];
      expect((await rowsOf()) - before, `${type} in ${lane}`).toBe(isShown ? 2 : 1);
    }
  }
});

test("AR-11: a receipt for messages of another conversation, of nobody, or of one's own changes no mark", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const carol = await world.person("Carol");
  await befriend(alice, carol);
  await carol.quit();
  const written = await alice.client.sendText(await alice.contact(carol), "for Carol");
  await carol.open();
  await carol.isOnline();
  await carol.say(alice, "from Carol");
  const forged: string[] = written.ok ? [written.value, "AAAAAAAAAAAAAAAAAAAAAA"] : [];
  const mallory = await world.person("Mallory", {
    disturbKeys: insteadOf((body) =>
      "text" in body && body.text === "receipt!" ? { type: "receipt", state: "read", messages: forged } : body,
    ),
  });
  await befriend(alice, mallory);
  const marks = async () => (await alice.rows(carol)).map((row) => row.kind === "text" && [row.text, row.isMine]);
  const before = await marks();

  await mallory.say(alice, "receipt!", "after the receipt");
  await alice.hears(mallory, "after the receipt");

  expect(await marks()).toEqual(before);
  expect((await alice.rows(carol)).some((row) => row.kind === "text" && row.mark === "read")).toBe(false);
});

test("AR-14: what somebody chooses to send shows in no size: envelopes and the vault fill buckets, a file is never the same twice", async () => {
  await using world = await World.create();
  const grip = new Grip();
  const vaults: number[] = [];
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...grip.over(relay),
      request(name, body, token) {
        if (name === "putRecovery" && "sealed" in body && body.sealed instanceof Uint8Array)
          vaults.push(body.sealed.length);
        return relay.request(name, body, token);
      },
    }),
  });
  const bob = await world.person("Bob", { disturb: grip.over });
  await befriend(alice, bob);
  const contact = await bob.contact(alice);
  for (let n = 0; n < 60; n++) await bob.client.sendText(contact, "x".repeat(1 + ((n * n * 5) % 15_000)));
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  const sizes = new Set(grip.posted.flatMap(({ envelopes }) => envelopes.map(({ sealed }) => sealed.length)));
  for (const size of sizes) expect(ENVELOPE_BUCKETS_BYTES).toContain(size);
  expect(sizes.size).toBeGreaterThan(2);

  const file = random(5_000);
  const [first, second] = [await bob.stage(file), await bob.stage(file)];
  const partOf = (shelf: string) => bob.shelf.read(shelf, 0, 1_000);
  expect(first.shelf).not.toBe(second.shelf);
  expect(await partOf(first.shelf)).not.toEqual(await partOf(second.shelf));
  for (const length of vaults) expect(length % RECOVERY_PAD_BYTES).toBe(0);
});

test("AR-15: a thousand receipts and resends of nothing: a stranger gets no answer, a contact none either", async () => {
  await using world = await World.create();
  const grip = new Grip();
  const alice = await world.person("Alice", { disturb: grip.over });
  const mallory = await world.person("Mallory", {
    disturbKeys: insteadOf((body) => {
      if (!("text" in body) || typeof body.text !== "string" || !body.text.startsWith("nonsense")) return body;
      return body.text.endsWith("r")
        ? { type: "receipt", state: "read", messages: Array.from({ length: 50 }, () => toId(random(16))) }
        : { type: "resend", envelopes: Array.from({ length: 50 }, () => random(16)) };
    }),
  });
  const contact = await mallory.add(await alice.card());
  await mallory.say(alice, "hello");
  await alice.hears(mallory, "hello");
  const nonsense = async () => {
    for (let n = 0; n < 10; n++) await mallory.client.sendText(contact, `nonsense ${n}${n % 2 === 0 ? "r" : "s"}`);
    await world.clock.passing(() =>
      mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0),
    );
    world.clock.advance(MINUTE_MS);
    await idle();
  };

  await nonsense();
  expect(grip.posted).toEqual([]);

  await alice.client.accept(await alice.contact(mallory));
  await world.clock.passing(() => mallory.marks(alice, "hello", "delivered"));
  const answered = grip.posted.length;
  await nonsense();
  expect(grip.posted.length).toBe(answered);
});

function toId(bytes: Bytes): MessageId {
  return Buffer.from(bytes).toString("base64url") as MessageId;
}
