import { toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import type { DeviceKey } from "../keyholder/outside.ts";

const SECRET = new Uint8Array(32).fill(7);

/** Registers what every device key must do. `open` gives one without a key each time. */
export function deviceKeyContract(open: () => DeviceKey): void {
  test("what it wrapped it unwraps, and it shows nothing of it", async () => {
    const deviceKey = open();

    const wrapped = await deviceKey.wrap(SECRET);

    expect(await deviceKey.unwrap(wrapped)).toEqual(SECRET);
    expect(toHex(wrapped)).not.toContain(toHex(SECRET));
  });

  test("the same secret is wrapped differently each time, and both unwrap", async () => {
    const deviceKey = open();

    const [one, other] = [await deviceKey.wrap(SECRET), await deviceKey.wrap(SECRET)];

    expect(one).not.toEqual(other);
    expect(await deviceKey.unwrap(one)).toEqual(SECRET);
    expect(await deviceKey.unwrap(other)).toEqual(SECRET);
  });

  test("nothing unwraps without a key, and nothing that was changed", async () => {
    const deviceKey = open();
    const wrapped = await deviceKey.wrap(SECRET);

    expect(await open().unwrap(wrapped)).toBeUndefined();
    wrapped[wrapped.length - 1] = (wrapped.at(-1) as number) ^ 1;
    expect(await deviceKey.unwrap(wrapped)).toBeUndefined();
    expect(await deviceKey.unwrap(new Uint8Array(3))).toBeUndefined();
  });

  test("what was wrapped before forgetting stays wrapped for good", async () => {
    const deviceKey = open();
    const wrapped = await deviceKey.wrap(SECRET);

    await deviceKey.forget();

    expect(await deviceKey.unwrap(wrapped)).toBeUndefined();
    await deviceKey.wrap(SECRET);
    expect(await deviceKey.unwrap(wrapped)).toBeUndefined();
  });
}
