import { expect, test } from "vitest";
import { smallPicture } from "./small-picture.ts";

test("a small picture says what its bytes are, and what a browser would run is none", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
  const page = new TextEncoder().encode("<!doctype html><script>1</script>");
  const film = new TextEncoder().encode("0000ftypisom");

  expect(smallPicture(jpeg)?.type).toBe("image/jpeg");
  expect(smallPicture(page)).toBeUndefined();
  expect(smallPicture(film)).toBeUndefined();
  expect(smallPicture(undefined)).toBeUndefined();
});
