import { sniff } from "./sniff.ts";

/** A picture of more is not decoded: at four bytes a pixel it would take 256 MB of the page. */
export const MAX_SHOWN_PIXELS = 64_000_000;
/** Where a picture says how large it is, unless it means to hide it. */
export const SIZE_BYTES = 1_048_576;

/**
 * How many pixels a picture says to have, by its first `SIZE_BYTES`: a few thousand bytes can stand for a thousand million
 * pixels. The greatest where it says several. `undefined`: it does not say.
 */
export function pixelsOf(start: Uint8Array): number | undefined {
  try {
    const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
    switch (sniff(start)) {
      case "image/png":
        return view.getUint32(16) * view.getUint32(20);
      case "image/gif":
        return pixelsOfGif(view);
      case "image/webp":
        return pixelsOfWebp(view);
      case "image/jpeg":
        return pixelsOfJpeg(view);
      case "image/avif":
        return pixelsOfAvif(view);
      default:
        return undefined;
    }
  } catch (error) {
    // It ends before it has said.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The screen, or the first picture where that is greater: browsers make room for both. GIF89a, sections 18 and 20. */
function pixelsOfGif(view: DataView): number {
  const screen = view.getUint16(6, true) * view.getUint16(8, true);
  const packed = view.getUint8(10);
  let at = 13 + ((packed & 0x80) === 0 ? 0 : 3 << ((packed & 7) + 1));
  for (; view.getUint8(at) === 0x21; at += 1) {
    for (at += 2; view.getUint8(at) !== 0; at += 1) at += view.getUint8(at);
  }
  return Math.max(screen, view.getUint16(at + 5, true) * view.getUint16(at + 7, true));
}

/** The three forms of RFC 9649, section 2. */
function pixelsOfWebp(view: DataView): number | undefined {
  switch (view.getUint32(12)) {
    case 0x56503858: // "VP8X"
      return ((view.getUint32(24, true) & 0xffffff) + 1) * ((view.getUint32(26, true) >>> 8) + 1);
    case 0x5650384c: {
      // "VP8L"
      const bits = view.getUint32(21, true);
      return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
    }
    case 0x56503820: // "VP8 "
      return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
    default:
      return undefined;
  }
}

/** All frame headers before the first scan. ISO/IEC 10918-1, B.2.2. */
function pixelsOfJpeg(view: DataView): number | undefined {
  let pixels: number | undefined;
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return pixels;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda) return pixels;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) pixels = Math.max(pixels ?? 0, view.getUint16(at + 5) * view.getUint16(at + 7));
    at += 2 + view.getUint16(at + 2);
  }
}

/** Each item says its size in a property. ISO/IEC 23008-12, 6.5.3. */
function pixelsOfAvif(view: DataView): number | undefined {
  let pixels: number | undefined;
  for (let at = 0; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) !== 0x69737065) continue; // "ispe"
    pixels = Math.max(pixels ?? 0, view.getUint32(at + 8) * view.getUint32(at + 12));
  }
  return pixels;
}
