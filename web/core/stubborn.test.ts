import type { EnvelopeId } from "@tacit/shared/ids";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import type { Core } from "./core.ts";
import { loadOnce } from "./load-once.ts";
import { Stubborn } from "./stubborn.ts";

const envelope: Envelope = {
  id: new Uint8Array(16) as Uint8Array<ArrayBuffer> as EnvelopeId,
  lane: "durable",
  sealed: new Uint8Array(256),
};

function createStage() {
  const skipped: string[] = [];
  // All that it asks of a core.
  const core = { change: async () => void skipped.push("one") } as unknown as Core;
  return { stubborn: new Stubborn(core), skipped };
}

test("an envelope that a defect keeps from being read is let go at the third attempt", async () => {
  const { stubborn, skipped } = createStage();
  const fail = async () => {
    throw new TypeError("a defect");
  };

  for (const _ of [1, 2]) await expect(stubborn.attempt(envelope, fail)).rejects.toThrow("a defect");
  await stubborn.attempt(envelope, fail);

  expect(skipped).toEqual(["one"]);
});

test("an envelope whose code does not load waits until it does, however often it is tried", async () => {
  const { stubborn, skipped } = createStage();
  let isThere = false;
  const load = loadOnce(async () => {
    if (!isThere) throw new TypeError("Failed to fetch dynamically imported module");
  });

  for (let time = 0; time < 10; time += 1) {
    await expect(stubborn.attempt(envelope, load)).rejects.toThrow("code did not load");
  }
  isThere = true;
  await stubborn.attempt(envelope, load);

  expect(skipped).toEqual([]);
});
