import { encode } from "@tacit/shared/codec";
import { expect, test } from "vitest";
import { parseGreeting } from "./relay-greeting.ts";

const info = { name: "Harbour", registration: "invite", protocol: 1, timeMs: 1 };

test("a relay's name and who may join are read from what it says of itself", () => {
  expect(parseGreeting(encode(info))).toEqual({ name: "Harbour", registration: "invite" });
});

test("anything else is no greeting", () => {
  const others = [
    undefined,
    "Harbour",
    { ...info, name: 7 },
    { ...info, name: "x".repeat(65) },
    { ...info, registration: "paid" },
  ];
  for (const other of others) expect(parseGreeting(encode(other ?? null))).toBeUndefined();
  const whole = encode(info);
  for (let length = 0; length < whole.length; length++) expect(parseGreeting(whole.slice(0, length))).toBeUndefined();
  expect(parseGreeting(encode({ ...info, more: "x".repeat(5_000) }))).toBeUndefined();
});
