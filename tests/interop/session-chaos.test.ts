import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { ALICE, BOB, type Make, makePeer, outcome, PAIRINGS } from "./cast.ts";
import type { Peer, Sealed } from "./peer.ts";
import { type Draw, upTo } from "./schedule.ts";

const IS_LONG = process.env["TACIT_LONG"] === "1";
const SCHEDULES = IS_LONG ? 200 : 20;
const MESSAGES = IS_LONG ? 1_500 : 300;
/** Another number gives other schedules: TACIT_SEED=7 npx vitest run --project interop session-chaos */
const SEED = process.env["TACIT_SEED"] ?? "1";

const WORLDS: readonly (readonly [Make, Make])[] = IS_LONG ? [...PAIRINGS, ["ours", "ours"]] : PAIRINGS;

type Act =
  | { readonly act: "send"; readonly by: number }
  | { readonly act: "start"; readonly by: number; readonly isWithOneTimeKey: boolean }
  /** `pick` chooses among what is on its way. A copy stays behind where `isRepeated`. */
  | { readonly act: "deliver"; readonly to: number; readonly pick: number; readonly isRepeated: boolean }
  | { readonly act: "lose"; readonly to: number; readonly pick: number };

test.each(Array.from({ length: SCHEDULES }, (_, i) => `${SEED}.${i}`))(
  "schedule %s has the outcomes that it has between two official devices",
  async (seed) => {
    const schedule = writeSchedule(upTo(`chaos ${seed}`));
    const expected = await play(schedule, ["official", "official"], seed);

    for (const world of WORLDS) expect(await play(schedule, world, seed), `seed ${seed}, ${world}`).toEqual(expected);

    expect(expected.slice(-2)).toEqual(["ok", "ok"]);
  },
  IS_LONG ? 300_000 : 60_000,
);

/** Loss, repetition and any order; one or both start, and in half of the schedules they start again now and then. */
function writeSchedule(draw: Draw): readonly Act[] {
  const start = (by: number): Act => ({ act: "start", by, isWithOneTimeKey: draw(3) > 0 });
  const isRestless = draw(2) === 0;
  const patience = 2 + draw(12);
  const acts: Act[] = [start(0)];
  if (draw(2) === 0) acts.push(start(1));
  for (let sent = 0; sent < MESSAGES; ) {
    const [side, pick] = [draw(2), draw(2 ** 31)];
    const dice = draw(100);
    if (dice < 46) {
      const burst = 1 + draw(patience);
      for (let i = 0; i < burst; i++) acts.push({ act: "send", by: side });
      sent += burst;
    } else if (dice < 92) {
      for (let i = 0; i < patience; i++) {
        acts.push({ act: "deliver", to: side, pick: draw(3) === 0 ? pick : 0, isRepeated: draw(20) === 0 });
      }
    } else if (dice < 98) acts.push({ act: "lose", to: side, pick });
    else if (isRestless) acts.push(start(side));
  }
  return acts;
}

/** What became of every act, in words. At the end, Alice and Bob hear each other out. */
async function play(schedule: readonly Act[], [alices, bobs]: readonly [Make, Make], seed: string): Promise<string[]> {
  const peers = [makePeer(alices, ALICE, seed), makePeer(bobs, BOB, seed)] as const;
  const underway: [Sealed[], Sealed[]] = [[], []];
  const trace: string[] = [];
  for (const act of schedule) trace.push(await perform(act, peers, underway));

  for (const [to, sealed] of [...underway[0].map((s) => [0, s] as const), ...underway[1].map((s) => [1, s] as const)]) {
    trace.push(await outcome(at(peers, to), at(peers, 1 - to), sealed));
  }
  for (let turn = 0; turn < 10; turn++) {
    const [from, to] = [at(peers, turn % 2), at(peers, 1 - (turn % 2))];
    const sealed = await send(from, to);
    trace.push(sealed === undefined ? "cannot send" : await outcome(to, from, sealed));
  }
  return trace;
}

async function perform(act: Act, peers: readonly [Peer, Peer], underway: [Sealed[], Sealed[]]): Promise<string> {
  switch (act.act) {
    case "send": {
      const sealed = await send(at(peers, act.by), at(peers, 1 - act.by));
      if (sealed === undefined) return "cannot send";
      at(underway, 1 - act.by).push(sealed);
      return sealed.kind;
    }
    case "start": {
      const [from, to] = [at(peers, act.by), at(peers, 1 - act.by)];
      return from.start(to.address, await to.publish({ isWithOneTimeKey: act.isWithOneTimeKey }));
    }
    case "deliver":
    case "lose": {
      const queue = at(underway, act.to);
      const index = act.pick % Math.max(1, queue.length);
      const sealed = queue[index];
      if (sealed === undefined) return "nothing underway";
      if (act.act === "lose" || !act.isRepeated) queue.splice(index, 1);
      return act.act === "lose" ? "lost" : outcome(at(peers, act.to), at(peers, 1 - act.to), sealed);
    }
  }
}

async function send(from: Peer, to: Peer): Promise<Sealed | undefined> {
  try {
    return await from.encrypt(to.address, toUtf8("any words"));
  } catch {
    return undefined;
  }
}

function at<Item>([first, second]: readonly [Item, Item], side: number): Item {
  return side === 0 ? first : second;
}
