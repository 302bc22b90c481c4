import { toHex } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { Listener } from "../testing/listener.ts";
import { MailboxStage } from "../testing/mailbox-stage.ts";
import { seededRandom } from "../testing/seeded-random.ts";

const STORIES = 40;
const STEPS = 120;

const OK = { status: "ok" };

/** What is to happen is at this moment as good as done: promises that wait for nothing outside have gone on. */
const settle = () => new Promise(setImmediate);

/** A device, whichever connection it has. It has for good what it collected. */
class Device {
  readonly index: number;
  readonly has = new Set<string>();
  /** What the relay said that it deleted. */
  readonly settled = new Set<string>();
  /** In the order in which they were first handed over. */
  readonly first: string[] = [];
  connection: Hearing | undefined;

  constructor(index: number) {
    this.index = index;
  }
}

/** A connection that fails where the relay breaks its rules. */
class Hearing extends Listener {
  readonly open = new Map<string, EnvelopeId>();
  readonly isOutdated: (id: string) => boolean;
  readonly device: Device;

  constructor(stage: MailboxStage, device: Device, isOutdated: (id: string) => boolean) {
    // The first page comes while the connection is made.
    super(stage.mailboxes, stage.mailbox(device.index));
    this.device = device;
    this.isOutdated = isOutdated;
    for (const page of this.pages) this.#take(page);
  }

  override envelopes(page: Listener["lastPage"]): void {
    super.envelopes(page);
    if (this.device !== undefined) this.#take(page);
  }

  #take(page: Listener["lastPage"]): void {
    expect(this.open.size, "a page before the one before it was collected").toBe(0);
    for (const { id } of page) {
      const name = toHex(id);
      expect(this.isOutdated(name), "handed over after it was deleted").toBe(false);
      this.open.set(name, id);
      if (!this.device.first.includes(name)) this.device.first.push(name);
    }
  }
}

/** One story of one relay, its senders and two devices. Nothing is left to chance but the seed. */
class Story {
  readonly #random;
  readonly #flushes: (() => void)[] = [];
  readonly #devices = [new Device(0), new Device(1)];
  readonly #stage = new MailboxStage([1, 2], ":memory:", (flush) => this.#flushes.push(flush));
  /** Answered "ok" at the first time, in the order in which they were posted. */
  readonly #answered: { readonly at: number; readonly post: Post; readonly isInOrder: boolean }[] = [];
  readonly #open: Post[] = [];
  readonly #doubtful = new Set<string>();
  readonly trace: string[] = [];
  #posts = 0;

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  #below(limit: number): number {
    const [a = 0, b = 0] = this.#random(2);
    return (a * 256 + b) % limit;
  }

  async step(): Promise<void> {
    const device = this.#devices[this.#below(2)] as Device;
    const kind = this.#below(100);
    const act = (name: string, action: () => void) => {
      this.trace.push(`${name} ${device.index}`);
      action();
    };
    if (kind < 28) act("post", () => this.#post("contact"));
    else if (kind < 33) act("card", () => this.#post("card"));
    else if (kind < 38) act("again", () => this.#postAgain());
    else if (kind < 48) act("connect", () => this.#connect(device));
    else if (kind < 52) act("disconnect", () => device.connection?.disconnect());
    else if (kind < 72) act("collect", () => this.#collect(device, this.#below(3) === 0));
    else if (kind < 94) act("commit", () => this.#flushes.shift()?.());
    else if (kind < 97) act("refuse", () => this.#refuse());
    else if (kind < 98) act("kill", () => this.#kill());
    else act("expire", () => void this.#stage.mailboxes.expire(100).catch(() => undefined));
    // Sometimes several things happen within one turn.
    if (this.#below(3) !== 0) await settle();
  }

  /** Everything is committed and collected. */
  async end(): Promise<void> {
    for (const device of this.#devices) this.#connect(device);
    for (let round = 0; round < 60; round++) {
      while (this.#flushes.length > 0) this.#flushes.shift()?.();
      await settle();
      for (const device of this.#devices) this.#collect(device, false);
      await settle();
    }
    for (const [index, device] of this.#devices.entries()) {
      const missing = this.#answered.filter(({ post }) => !device.has.has(nameOf(post, index)));
      expect(missing.length, "acknowledged and lost").toBe(0);
      const sorted = this.#answered.filter(({ isInOrder }) => isInOrder).sort((a, b) => a.at - b.at);
      const wanted = sorted.map(({ post }) => nameOf(post, index));
      const known = new Set(wanted);
      expect(device.first.filter((name) => known.has(name))).toEqual(wanted);
      expect(device.connection?.open.size, "still open").toBe(0);
    }
    expect(this.#stage.db.$client.prepare("SELECT count(*) FROM envelopes").pluck().get()).toBe(0);
  }

  #post(by: "contact" | "card"): void {
    const post = this.#stage.compose("durable", by === "card" ? this.#stage.cardKey : this.#stage.contactKey);
    this.#say(post, this.#posts++, true);
    this.#open.push(post);
  }

  #postAgain(): void {
    const post = this.#open[this.#below(Math.max(1, this.#open.length))];
    if (post !== undefined) this.#say(post, this.#posts++, false);
  }

  #say(post: Post, at: number, isFirst: boolean): void {
    void this.#stage.mailboxes.post(post).then((answer) => {
      if (answer.status !== "ok") {
        expect(answer.status).toMatch(/^(?:retry|full)$/);
        return;
      }
      expect(answer).toEqual(OK);
      const known = this.#answered.findIndex((one) => one.post === post);
      if (known < 0) this.#answered.push({ at, post, isInOrder: isFirst });
    });
  }

  #connect(device: Device): void {
    const connection = new Hearing(this.#stage, device, (id) => device.settled.has(id) && !this.#doubtful.has(id));
    device.connection = connection;
  }

  #collect(device: Device, isPart: boolean): void {
    const { connection } = device;
    if (connection === undefined) return;
    const all = [...connection.open];
    const some = isPart ? all.slice(0, this.#below(all.length + 1)) : all;
    if (some.length === 0) return;
    for (const [name] of some) {
      connection.open.delete(name);
      device.has.add(name);
    }
    connection.collect(some.map(([, id]) => id)).then(
      () => {
        for (const [name] of some) device.settled.add(name);
      },
      () => {
        // As the device plane does.
        connection.disconnect();
        if (device.connection === connection) device.connection = undefined;
      },
    );
  }

  #refuse(): void {
    const { $client } = this.#stage.db;
    $client.pragma("query_only = ON");
    this.#flushes.shift()?.();
    $client.pragma("query_only = OFF");
  }

  #kill(): void {
    this.#flushes.length = 0;
    for (const device of this.#devices) {
      device.connection = undefined;
      // What was collected before it was written may come again, if its sender did not hear of it.
      for (const name of device.settled) this.#doubtful.add(name);
    }
    this.#stage.restart();
  }
}

function nameOf(post: Post, index: number): string {
  return toHex(post.envelopes[index]?.id ?? new Uint8Array());
}

test("whatever happens in whichever order, what is acknowledged is handed over, in order, and not after it is deleted", async () => {
  for (let seed = 0; seed < STORIES; seed++) {
    const story = new Story(`story ${seed}`);
    try {
      for (let step = 0; step < STEPS; step++) await story.step();
      await story.end();
    } catch (cause) {
      throw new Error(`story ${seed}: ${story.trace.join(", ")}`, { cause });
    }
  }
});

test("who connects while a message is on its way to the disk gets it", async () => {
  const flushes: (() => void)[] = [];
  const stage = new MailboxStage([1], ":memory:", (flush) => flushes.push(flush));
  const post = stage.compose();
  const answer = stage.mailboxes.post(post);

  const bob = stage.connect();
  expect(bob.heard).toEqual(["drained"]);
  flushes.shift()?.();

  expect(await answer).toEqual(OK);
  await settle();
  expect(bob.heard).toEqual(["drained", nameOf(post, 0)]);
});

test("what was handed over early to somebody who left is not overtaken by what comes after it", async () => {
  const stage = new MailboxStage();
  const bob = stage.connect();
  const [first, second] = [stage.compose(), stage.compose()];

  const answers = [stage.mailboxes.post(first)];
  bob.disconnect();
  answers.push(stage.mailboxes.post(second));
  expect(await Promise.all(answers)).toEqual([OK, OK]);

  expect(stage.connect().heard).toEqual([nameOf(first, 0), nameOf(second, 0)]);
});
