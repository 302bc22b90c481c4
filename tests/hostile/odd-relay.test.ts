import type { DeviceToken } from "@tacit/shared/ids";
import { socketRelay } from "@tacit/web/adapters/socket-relay";
import type { RelayFailure } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { Chance } from "../simulation/chance.ts";
import { changeValue } from "./changed-values.ts";
import { GREETING, OddRelay, WELCOME } from "./odd-relay.ts";

const CHANGED = 300;
const HELLO = { token: "x".repeat(43) as DeviceToken, epoch: 1 };
const { nsp } = WELCOME;
const READY = { storeEpoch: new Uint8Array(16), timeMs: 1, prekeys: { oneTime: 1, kyber: 1 } };
const DRAINED = { type: 2, nsp, data: ["drained"] };

/** What a client hears from a relay that says this: how its connection ended, or "drained" if it lasted until then. */
async function hear(relay: OddRelay, says: readonly unknown[]): Promise<RelayFailure | "drained"> {
  relay.says = says;
  const client = socketRelay(relay.origin);
  try {
    return await new Promise((resolve) => {
      client.connect(HELLO, {
        ready: () => {},
        envelopes: () => {},
        prekeys: () => {},
        drained: () => resolve("drained"),
        closed: resolve,
      });
    });
  } finally {
    client.close();
  }
}

test("AR-10: an odd frame of a relay ends its connection, throws nowhere, and keeps no client busy", async () => {
  await using relay = await OddRelay.start();
  const unreadable = { toString: 1, valueOf: 1 };
  const greetings = [
    "0",
    "0null",
    "0{",
    `0${GREETING.replace("[]", '{"length":1e15}')}`,
    `0${GREETING.replace("25000", '{"toString":1}')}`,
  ];
  const packets = [
    { type: 2, nsp, data: ["connect_error"] },
    { type: 2, nsp, data: [unreadable] },
    { type: 4, nsp, data: { message: unreadable } },
    { type: 4, nsp },
  ];

  expect(await hear(relay, [`0${GREETING}`, WELCOME, DRAINED])).toBe("drained");
  for (const greeting of greetings) expect(await hear(relay, [greeting, WELCOME, DRAINED])).toBe("unreachable");
  expect(await hear(relay, [`0${GREETING}`, WELCOME, `0${GREETING}`, DRAINED])).toBe("unreachable");
  for (const packet of packets) {
    expect(await hear(relay, [`0${GREETING}`, packet, WELCOME, DRAINED])).toBe("unreachable");
    expect(await hear(relay, [`0${GREETING}`, WELCOME, packet, DRAINED])).toBe("unreachable");
  }
});

test("AR-10: whatever a relay changes of what it says, a client ends the connection or goes on", async () => {
  await using relay = await OddRelay.start();
  const chance = new Chance("an odd relay");
  const envelope = { id: new Uint8Array(16), lane: "durable", sealed: new Uint8Array(64) };
  const said = [
    WELCOME,
    { type: 2, nsp, data: ["ready", READY] },
    { type: 2, nsp, data: ["envelopes", [envelope]] },
    { type: 2, nsp, data: ["prekeys", { oneTime: 1, kyber: 1 }] },
    { type: 3, nsp, id: 0, data: [] },
    { type: 4, nsp, data: { message: "version" } },
  ];
  const heard = new Map<string, number>();

  for (let n = 0; n < CHANGED; n++) {
    const outcome = await hear(relay, [`0${GREETING}`, WELCOME, changeValue(chance.pick(said), chance), DRAINED]);
    heard.set(outcome, (heard.get(outcome) ?? 0) + 1);
  }

  expect([...heard.keys()].toSorted()).toEqual(["drained", "unreachable", "version"]);
});
