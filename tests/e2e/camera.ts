import { writeFileSync } from "node:fs";
import { encodeQR } from "qr";

const SIZE = 480;
const BLACK = 16;
const WHITE = 235;
const NO_COLOUR = 128;

/** Writes what a camera sees when somebody holds a QR code before it: ten still frames of YUV4MPEG2, 480 by 480. */
export function filmCode(text: string, path: string): void {
  const modules = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const scale = Math.floor(SIZE / modules.length);
  const margin = Math.floor((SIZE - scale * modules.length) / 2);
  const luma = Buffer.alloc(SIZE * SIZE, WHITE);
  for (const [y, row] of modules.entries()) {
    for (const [x, isDark] of row.entries()) {
      if (!isDark) continue;
      for (let line = 0; line < scale; line++) {
        const start = (margin + y * scale + line) * SIZE + margin + x * scale;
        luma.fill(BLACK, start, start + scale);
      }
    }
  }
  const chroma = Buffer.alloc((SIZE * SIZE) / 2, NO_COLOUR);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${SIZE} H${SIZE} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([header, ...Array.from({ length: 10 }, () => frame)]));
}
