import { ok } from "@tacit/shared/result";
import type { CallPhase, CallView } from "@tacit/web/core/call-view";
import type { Ports } from "@tacit/web/core/ports";
import type { Relay } from "@tacit/web/core/ports/relay";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import type { MessageRow } from "@tacit/web/core/views";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

const TURN = { urls: ["turn:203.0.113.1:3478"], username: "a", credential: "b" };

/** A relay that has a TURN server. */
export function withTurn(relay: Relay): Relay {
  return {
    ...relay,
    async request(name, ...rest) {
      if (name !== "turn") return relay.request(name, ...rest);
      // The answer of this very route.
      return ok({ servers: [TURN], expiresAtMs: 8_640_000_000_000_000 }) as never;
    },
  };
}

/** Two people who can call each other. */
export async function callers(
  world: World,
  wishes: {
    readonly disturb?: (relay: Relay) => Relay;
    readonly disturbKeys?: (keys: Ports["keyholder"]) => Ports["keyholder"];
  } = {},
) {
  const network = new MemoryNetwork(world.clock);
  const [alice, bob] = await world.friends("Alice", "Bob", { network, ...wishes });
  await alice.say(bob, "may I call?");
  await bob.hears(alice, "may I call?");
  await bob.say(alice, "do");
  await alice.hears(bob, "do");
  return { network, alice, bob };
}

export function inPhase(person: Person, ...phases: readonly CallPhase[]): Promise<CallView | undefined> {
  return person.sees(
    phases.join(" or "),
    { view: "call" },
    (call) => call !== undefined && phases.includes(call.phase),
  );
}

export async function rings(caller: Person, callee: Person, isVideo = false): Promise<void> {
  const started = await caller.client.startCall(await caller.contact(callee), isVideo);
  if (!started.ok) throw new Error(`${caller.name} could not call: ${started.reason}`);
  await inPhase(callee, "incoming");
}

/** Rung, taken, and both talk. */
export async function talk(caller: Person, callee: Person, isVideo = false): Promise<void> {
  await rings(caller, callee, isVideo);
  await inPhase(caller, "ringing");
  await callee.client.acceptCall(isVideo);
  await inPhase(caller, "live");
  await inPhase(callee, "live");
}

export async function callRows(
  person: Person,
  other: Person,
): Promise<readonly Extract<MessageRow, { kind: "call" }>[]> {
  return (await person.rows(other)).filter((row) => row.kind === "call");
}

/** What of the other end is played to a person. */
export function plays(person: Person): readonly string[] {
  return [...(person.peers?.calls.values() ?? [])].flatMap((peer) => peer.playing());
}
export function sends(person: Person): readonly string[] {
  return [...(person.peers?.calls.values() ?? [])].flatMap((peer) => peer.sending());
}

export async function hasRow(
  person: Person,
  other: Person,
  outcome: string,
): Promise<Extract<MessageRow, { kind: "call" }>> {
  const contact = await person.contact(other);
  const page = await person.sees(`a call that was ${outcome}`, { view: "messages", contact, limit: 100 }, ({ rows }) =>
    rows.some((row) => row.kind === "call" && row.outcome === outcome),
  );
  const row = page.rows.find((one) => one.kind === "call" && one.outcome === outcome);
  if (row?.kind !== "call") throw new Error("unreachable");
  return row;
}
