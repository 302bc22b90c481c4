import { toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { encodeAddressPair, isSameAccount } from "./address.ts";

const ALICE = { accountId: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceId: 1 };
const BOB = { accountId: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceId: 127 };

test("a message is bound to both accounts and devices, the sender first", () => {
  expect(toHex(encodeAddressPair(ALICE, BOB))).toBe(
    "009d0652a3dcc34d11975f74d61598733f0100796abedbca4e4f1888031fde5b921f9f7f",
  );
});

test("how an account id is written does not matter, which account it is does", () => {
  const shouted = { ...ALICE, accountId: ALICE.accountId.toUpperCase() };

  expect(encodeAddressPair(shouted, BOB)).toEqual(encodeAddressPair(ALICE, BOB));
  expect(isSameAccount(shouted, { ...ALICE, deviceId: 2 })).toBe(true);
  expect(isSameAccount(ALICE, BOB)).toBe(false);
});

test.each([
  { ...ALICE, accountId: "alice" },
  { ...ALICE, accountId: "9d0652a3dcc34d11975f74d61598733f" },
  { ...ALICE, deviceId: 0 },
  { ...ALICE, deviceId: 128 },
  { ...ALICE, deviceId: 1.5 },
])("%o is no address", (address) => {
  expect(() => encodeAddressPair(address, BOB)).toThrow(RangeError);
  expect(() => encodeAddressPair(BOB, address)).toThrow(RangeError);
});
