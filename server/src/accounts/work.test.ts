import { MINUTE_MS } from "@tacit/shared/limits";
import { hasLeadingZeros, workInput } from "@tacit/shared/proof-of-work";
import type { Work, WorkProof } from "@tacit/shared/wire/accounts";
import { expect, test } from "vitest";
import { sha256 } from "../hash.ts";
import { startRegistration } from "../testing/opaque-client.ts";
import { RelayStage } from "../testing/relay-stage.ts";
import { PASSWORD } from "../testing/sign-in.ts";

const OPEN = { registration: "open", workBits: 10 } as const;

async function workOf(stage: RelayStage): Promise<Work | undefined> {
  const { request } = startRegistration(PASSWORD);
  return (await stage.caller.ask("startRegistration", { login: "whoever", request })).work;
}

function solve(stage: RelayStage, { challenge, bits }: Work, identityKey: Uint8Array<ArrayBuffer>): WorkProof {
  for (;;) {
    const nonce = stage.random(8);
    if (hasLeadingZeros(sha256(workInput(challenge, identityKey, nonce)), bits)) return { challenge, nonce };
  }
}

test("an account comes with work that was done for it, for a challenge of now, or not at all", async () => {
  await using stage = await RelayStage.start(OPEN);
  const { request: alice } = await stage.prepare("alice");
  const { request: bob } = await stage.prepare("bob");
  const work = await workOf(stage);
  if (work === undefined) throw new Error("no work is wanted");
  const refusalWith = async (proof: WorkProof | undefined) =>
    (await stage.caller.call("finishRegistration", { ...alice, work: proof })).error?.error;

  expect(await refusalWith(undefined)).toBe("work");
  expect(await refusalWith(solve(stage, work, bob.identityKey))).toBe("work");
  expect(await refusalWith(solve(stage, { ...work, challenge: stage.random(32) }, alice.identityKey))).toBe("work");
  const good = solve(stage, work, alice.identityKey);
  stage.clock.advance(30 * MINUTE_MS);
  expect(await refusalWith(good)).toBe("work");
  const again = await workOf(stage);
  expect(await refusalWith(solve(stage, again ?? work, alice.identityKey))).toBeUndefined();
});

test("whoever was invited does no work, and nobody where none is wanted", async () => {
  await using invited = await RelayStage.start({ ...OPEN, registration: "invite" });
  const invite = await invited.app.createInvite(2);
  const { request } = startRegistration(PASSWORD);
  expect((await invited.caller.ask("startRegistration", { login: "alice", invite, request })).work).toBeUndefined();
  await invited.register("alice", invite);

  await using open = await RelayStage.start({ registration: "open" });
  expect(await workOf(open)).toBeUndefined();
  await open.register("alice");
});

test.each([
  [[0b0000_0000, 0b0001_0000], 11, true],
  [[0b0000_0000, 0b0001_0000], 12, false],
  [[0b0000_0000, 0b1000_0000], 8, true],
  [[0b0000_0001], 8, false],
  [[0b0111_1111], 1, true],
  [[], 1, false],
] as const)("the digest %j begins with %i zeros: %s", (digest, bits, isSo) => {
  expect(hasLeadingZeros(Uint8Array.from(digest), bits)).toBe(isSo);
});
