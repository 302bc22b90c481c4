import { type Bytes, concat } from "@tacit/shared/bytes";
import { sniff } from "./sniff.ts";

// Takes out of a picture what tells of its maker: place, camera, time, thumbnails, names. The picture itself is not
// touched, not even encoded again. Which way up it is stays.

/** `undefined`: a form that this cannot take apart, or one that is broken. */
export function stripMetadata(image: Bytes): Bytes | undefined {
  try {
    switch (sniff(image)) {
      case "image/jpeg":
        return stripJpeg(image);
      case "image/png":
        return stripPng(image);
      case "image/webp":
        return stripWebp(image);
      default:
        return undefined;
    }
  } catch (error) {
    // A length that points outside.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/* JPEG, ISO/IEC 10918-1 annex B: segments, then compressed data, to the first end of image. */

const SOS = 0xda;
const EOI = 0xd9;

function stripJpeg(image: Bytes): Bytes | undefined {
  const view = viewOf(image);
  const kept: Bytes[] = [];
  let orientation = 1;
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    const segment = image.slice(at, end);
    if (segment.length !== end - at) return undefined;
    if (isText(segment, 4, "Exif\0\0")) orientation = orientationOf(segment.subarray(10)) ?? orientation;
    if (marker === SOS) {
      const head = concat(Uint8Array.of(0xff, 0xd8), ...(orientation === 1 ? [] : [exifSegment(orientation)]), ...kept);
      return concat(head, image.subarray(at, endOfImage(view, end)));
    }
    if (isKeptSegment(marker, segment)) kept.push(segment);
    at = end;
  }
}

/** Everything that decoders need: no comments and no APPn but JFIF, colour profiles, and Adobe's colour transform. */
function isKeptSegment(marker: number, segment: Bytes): boolean {
  if (marker === 0xfe) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  return isText(segment, 4, "JFIF\0") || isText(segment, 4, "ICC_PROFILE\0") || isText(segment, 4, "Adobe");
}

/** Behind the first end marker that is one: what follows is another picture, or a film. */
function endOfImage(view: DataView, from: number): number {
  for (let at = from; at + 1 < view.byteLength; at++) {
    if (view.getUint8(at) !== 0xff) continue;
    const marker = view.getUint8(at + 1);
    if (marker === EOI) return at + 2;
    // Progressive pictures have further segments between their scans.
    const hasLength = marker >= 0xc0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd8);
    if (hasLength) at += 1 + view.getUint16(at + 2);
  }
  return view.byteLength;
}

/** An Exif segment that says which way up the picture is, and nothing else. */
function exifSegment(orientation: number): Bytes {
  return concat(
    Uint8Array.of(0xff, 0xe1, 0, 2 + 6 + ORIENTATION_TIFF_BYTES),
    toBytes("Exif\0\0"),
    orientationTiff(orientation),
  );
}

/* PNG, W3C "Portable Network Graphics" §5.3: chunks of length, type, bytes, CRC. */

const PNG_CHUNKS = new Set([
  ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI"],
  ...["bKGD", "hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT"],
]);

function stripPng(image: Bytes): Bytes | undefined {
  const view = viewOf(image);
  const kept: Bytes[] = [image.slice(0, 8)];
  for (let at = 8; ; ) {
    const end = at + 12 + view.getUint32(at);
    const chunk = image.slice(at, end);
    if (chunk.length !== end - at) return undefined;
    const type = textOf(chunk, 4, 4);
    if (PNG_CHUNKS.has(type)) kept.push(chunk);
    if (type === "IEND") return concat(...kept);
    at = end;
  }
}

/* WebP, RFC 9649: a RIFF of chunks of type, length (little endian), bytes, padding to an even length. */

const WEBP_CHUNKS = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]);
const VP8X_EXIF_AND_XMP = 0x0c;

function stripWebp(image: Bytes): Bytes | undefined {
  const view = viewOf(image);
  const kept: Bytes[] = [];
  const endOfRiff = Math.min(image.length, 8 + view.getUint32(4, true));
  for (let at = 12; at + 8 <= endOfRiff; ) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    const chunk = image.slice(at, end);
    if (chunk.length < 8 + length) return undefined;
    const type = textOf(chunk, 0, 4);
    if (type === "VP8X") chunk[8] = (chunk[8] as number) & ~VP8X_EXIF_AND_XMP;
    if (WEBP_CHUNKS.has(type)) kept.push(chunk.length % 2 === 0 ? chunk : concat(chunk, Uint8Array.of(0)));
    at = end;
  }
  const body = concat(toBytes("WEBP"), ...kept);
  const size = new Uint8Array(4);
  viewOf(size).setUint32(0, body.length, true);
  return kept.length === 0 ? undefined : concat(toBytes("RIFF"), size, body);
}

/* TIFF inside Exif, "Exif 2.32" §4.6. */

const ORIENTATION = 0x0112;
const ORIENTATION_TIFF_BYTES = 26;

function orientationOf(tiff: Uint8Array): number | undefined {
  const view = viewOf(tiff);
  if (tiff.length < 8) return undefined;
  const isLittle = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return undefined;
  for (let i = 0; i < view.getUint16(directory, isLittle); i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.length) return undefined;
    if (view.getUint16(entry, isLittle) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

function orientationTiff(orientation: number): Bytes {
  const tiff = new Uint8Array(ORIENTATION_TIFF_BYTES);
  const view = viewOf(tiff);
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION);
  view.setUint16(12, 3);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return tiff;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isText(bytes: Uint8Array, at: number, text: string): boolean {
  return textOf(bytes, at, text.length) === text;
}

function textOf(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function toBytes(latin1: string): Bytes {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}
