import { DeviceHello } from "@tacit/shared/events";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { expect, test } from "vitest";
import { parseDeviceHello, parseHello } from "./handshake.ts";

const hello = { protocol: PROTOCOL_VERSION, token: "aA0-_".padEnd(43, "x"), epoch: 7 };
/** Of every kind that a decoder gives, and at every edge. */
const values: readonly unknown[] = [
  ...[
    undefined,
    null,
    true,
    "",
    [],
    {},
    new Map(),
    new Date(0),
    new Uint8Array(43),
    Object.create(Buffer.alloc(3)),
    1n,
  ],
  ...[-1, -0, 0, 1, 1.5, 0xffff_ffff, 0x1_0000_0000, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
  ...[PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1, String(PROTOCOL_VERSION)],
  ...["x".repeat(42), "x".repeat(44), `${"x".repeat(42)}.`, `${"x".repeat(43)}\n`, `\n${"x".repeat(43)}`],
];
const hellos: readonly unknown[] = [
  ...[hello, { ...hello, more: 1 }, { ...hello, more: undefined }, [hello]],
  ...values,
  ...Object.keys(hello).flatMap((field) => [
    ...values.map((value) => ({ ...hello, [field]: value })),
    Object.fromEntries(Object.entries(hello).filter(([name]) => name !== field)),
  ]),
];

test("the hello of a device is parsed by hand as its schema says", () => {
  const parsed = hellos.map(parseDeviceHello);

  expect(parsed).toEqual(hellos.map((auth) => parseHello(DeviceHello, auth)));
  expect(parsed.filter((each) => "hello" in each).length).toBeGreaterThan(4);
});
