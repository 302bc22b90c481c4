import { concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { pixelsOf } from "./picture-size.ts";

const u16 = (value: number) => Uint8Array.of(value >> 8, value & 255);
const u32 = (value: number) => concat(u16(Math.floor(value / 65_536)), u16(value % 65_536));
const little = (bytes: Uint8Array) => bytes.slice().reverse();
const latin1 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

const [WIDTH, HEIGHT] = [30_000, 20_001];
const png = concat(latin1("\u0089PNG\r\n\u001a\n"), u32(13), toUtf8("IHDR"), u32(WIDTH), u32(HEIGHT));
const frame = (marker: number, height: number, width: number) =>
  concat(Uint8Array.of(0xff, marker), u16(8), Uint8Array.of(8), u16(height), u16(width), Uint8Array.of(0));
const jpeg = concat(
  Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff),
  frame(0xc0, 10, 10),
  frame(0xc4, 60_000, 60_000),
  frame(0xc2, HEIGHT, WIDTH),
  Uint8Array.of(0xff, 0xda, 0, 2),
);
const gif = (screen: readonly [number, number], first: readonly [number, number]) =>
  concat(
    toUtf8("GIF89a"),
    ...screen.map((side) => little(u16(side))),
    Uint8Array.of(0x80, 0, 0, 1, 1, 1, 2, 2, 2),
    Uint8Array.of(0x21, 0xf9, 2, 9, 9, 0, 0x21, 0xfe, 1, 9, 1, 9, 0),
    Uint8Array.of(0x2c, 0, 0, 0, 0),
    ...first.map((side) => little(u16(side))),
  );
const webp = (form: string, ...rest: readonly Uint8Array[]) =>
  concat(toUtf8("RIFF"), u32(0), toUtf8(`WEBP${form}`), u32(0), ...rest);
const u24 = (value: number) => little(u32(value)).slice(0, 3);
const avif = concat(u32(28), toUtf8("ftypavif"), new Uint8Array(40), toUtf8("ispe"), u32(0), u32(WIDTH), u32(HEIGHT));

test.each([
  ["PNG", png],
  ["JPEG, also where a smaller frame and a table come before", jpeg],
  ["GIF by its screen", gif([WIDTH, HEIGHT], [1, 1])],
  ["GIF by its first picture", gif([1, 1], [WIDTH, HEIGHT])],
  ["WebP, extended", webp("VP8X", u32(0), u24(WIDTH - 1), u24(HEIGHT - 1))],
  ["AVIF", avif],
])("the size of a %s is what it says itself", (_, image) => {
  expect(pixelsOf(image)).toBe(WIDTH * HEIGHT);
});

test("the two plain forms of WebP say their size in 14 bits", () => {
  const [width, height] = [16_000, 12_345];
  expect(pixelsOf(webp("VP8 ", new Uint8Array(6), little(u16(width)), little(u16(height | 0x4000))))).toBe(
    width * height,
  );
  const bits = (width - 1) | ((height - 1) << 14);
  expect(pixelsOf(webp("VP8L", Uint8Array.of(0x2f), little(u32(bits >>> 0))))).toBe(width * height);
});

test("a picture that is cut before it says its size, and what is none, has none", () => {
  for (const image of [png, jpeg, gif([9, 9], [9, 9]), webp("VP8X", new Uint8Array(10)), avif]) {
    for (let length = 0; length < Math.min(image.length, 24); length++) {
      expect(pixelsOf(image.subarray(0, length))).toBeUndefined();
    }
  }
  expect(pixelsOf(toUtf8("<svg width='1' height='1'>"))).toBeUndefined();
});
