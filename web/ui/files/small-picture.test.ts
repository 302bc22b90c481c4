import { expect, test } from "vitest";
import { smallPicture } from "./small-picture.ts";

/** The head of a picture of so many pixels a side. */
function jpegOf(side: number): Uint8Array<ArrayBuffer> {
  const [high, low] = [side >> 8, side & 255];
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, high, low, high, low, 0, 0xff, 0xda, 0, 2);
}

test("a small picture says what its bytes are, and what a browser would run is none", () => {
  const jpeg = jpegOf(96);
  const page = new TextEncoder().encode("<!doctype html><script>1</script>");
  const film = new TextEncoder().encode("0000ftypisom");

  expect(smallPicture(jpeg)?.type).toBe("image/jpeg");
  expect(smallPicture(page)).toBeUndefined();
  expect(smallPicture(film)).toBeUndefined();
  expect(smallPicture(undefined)).toBeUndefined();
  expect(smallPicture(jpegOf(30_000))).toBeUndefined();
});
