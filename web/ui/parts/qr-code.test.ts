import { decodeQR } from "qr/decode.js";
import { expect, test } from "vitest";
import { drawQr } from "./QrCode.tsx";

test("a scanner reads back what was drawn", () => {
  const link = `https://chat.example.org/#/add/${"aZ09-_".repeat(30)}`;

  const { side, path } = drawQr(link);

  expect(decodeQR(paint(side, path, 4))).toBe(link);
});

/** The path as pixels, `scale` to a module. */
function paint(side: number, path: string, scale: number) {
  const width = side * scale;
  const data = new Uint8Array(width * width * 3).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      const from = (row * width + Number(x) * scale) * 3;
      data.fill(0, from, from + Number(length) * scale * 3);
    }
  }
  return { width, height: width, data };
}
