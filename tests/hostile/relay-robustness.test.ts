import { expect, test } from "vitest";
import { isGate, isLong } from "../extent.ts";
import { crashRelay } from "./crash-relay.ts";

const [CYCLES, CLIENTS] = isLong ? [1_000, 20] : [isGate ? 30 : 10, 12];

test("RR-3: a relay under load that is killed at any moment loses nothing that was said and shows nothing twice", async () => {
  const ledger = await crashRelay(CYCLES, "gate", CLIENTS);
  console.log(JSON.stringify(ledger));

  expect(ledger).toMatchObject({ cycles: CYCLES, lost: 0, duplicated: 0, outOfOrder: 0 });
  expect(ledger.direct).toBeGreaterThan(0);
  expect(ledger.messages).toBeGreaterThan(ledger.direct);
}, 7_200_000);
