import { type Bytes, concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import type { Shelf } from "../ports/shelf.ts";

const NAME = "00112233445566778899aabbccddeeff";
const OTHER = "ffeeddccbbaa99887766554433221100";

/** Registers what every shelf must do. `open`: one that is empty. */
export function shelfContract(name: string, open: () => Promise<Shelf>): void {
  test(`${name}: what is appended is there, part by part`, async () => {
    const shelf = await open();
    const parts = [bytes(70_000, 1), bytes(1, 2), bytes(130_000, 3)];
    const whole = concat(...parts);
    let at = 0;
    for (const part of parts) {
      expect(await shelf.append(NAME, at, part.slice())).toEqual({ ok: true, value: undefined });
      at += part.length;
      expect(await shelf.read(NAME, at - part.length, at)).toEqual(part);
    }

    await shelf.settle(NAME);
    expect(await shelf.size(NAME)).toBe(whole.length);
    expect(await shelf.read(NAME, 0, whole.length)).toEqual(whole);
    expect(await shelf.read(NAME, 69_999, 70_003)).toEqual(whole.slice(69_999, 70_003));
    expect(await shelf.read(NAME, whole.length - 2, whole.length + 50)).toEqual(whole.slice(-2));
  });

  test(`${name}: appending at an earlier place cuts off what was behind it`, async () => {
    const shelf = await open();
    await shelf.append(NAME, 0, bytes(1_000, 1));
    await shelf.append(NAME, 400, bytes(10, 2));

    expect(await shelf.size(NAME)).toBe(410);
    expect(await shelf.read(NAME, 0, 1_000)).toEqual(concat(bytes(1_000, 1).slice(0, 400), bytes(10, 2)));
  });

  test(`${name}: overwriting changes nothing but what it writes over, and leaves the writer its bytes`, async () => {
    const shelf = await open();
    const given = bytes(5, 9);
    await shelf.append(NAME, 0, bytes(100, 1));
    expect(await shelf.read(NAME, 0, 200)).toEqual(bytes(100, 1));
    await shelf.overwrite(NAME, 10, given);

    expect(given).toEqual(bytes(5, 9));
    const expected = bytes(100, 1);
    expected.set(bytes(5, 9), 10);
    expect(await shelf.read(NAME, 0, 200)).toEqual(expected);
  });

  test(`${name}: what was removed, or never was, is empty; the others stay`, async () => {
    const shelf = await open();
    await shelf.append(NAME, 0, bytes(10, 1));
    await shelf.append(OTHER, 0, bytes(20, 2));
    await shelf.remove(NAME);
    await shelf.remove(NAME);
    await shelf.settle(NAME);

    expect(await shelf.size(NAME)).toBe(0);
    expect(await shelf.read(NAME, 0, 10)).toEqual(new Uint8Array(0));
    expect((await shelf.list()).map(({ name }) => name)).toEqual([OTHER]);
  });
}

function bytes(length: number, seed: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 7) % 256);
}
