import { writeFileSync } from "node:fs";
import type { Locator } from "@playwright/test";

const SIZE = 480;
const BLACK = 16;
const WHITE = 235;
const NO_COLOUR = 128;

/** Writes what a camera sees that is held before a QR code on a screen: ten still frames of YUV4MPEG2, 480 by 480. */
export async function filmCode(code: Locator, path: string): Promise<void> {
  const dark = await code.evaluate((svg: SVGSVGElement, size) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const context = canvas.getContext("2d");
    const drawn = svg.querySelector("path")?.getAttribute("d");
    if (context === null || drawn === null || drawn === undefined) throw new Error("no code is drawn");
    const side = svg.viewBox.baseVal.width;
    const scale = Math.floor(size / side);
    const margin = Math.floor((size - scale * side) / 2);
    context.translate(margin, margin);
    context.scale(scale, scale);
    context.fill(new Path2D(drawn));
    const { data } = context.getImageData(0, 0, size, size);
    return Array.from({ length: size * size }, (_, at) => (data[at * 4 + 3] ?? 0) > 127);
  }, SIZE);
  const luma = Buffer.from(dark.map((isDark) => (isDark ? BLACK : WHITE)));
  const chroma = Buffer.alloc((SIZE * SIZE) / 2, NO_COLOUR);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${SIZE} H${SIZE} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([header, ...Array.from({ length: 10 }, () => frame)]));
}
