import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { sniff } from "./sniff.ts";
import { stripMetadata } from "./strip-metadata.ts";

const SECRET = "GPS 52.5200 N, Camera of Carol";

function has(bytes: Uint8Array | undefined, text: string): boolean {
  return bytes !== undefined && Buffer.from(bytes).includes(text);
}

function segment(marker: number, body: Uint8Array): Bytes {
  const length = new Uint8Array(2);
  new DataView(length.buffer).setUint16(0, body.length + 2);
  return concat(Uint8Array.of(0xff, marker), length, body);
}

function tiff(orientation: number, isLittle: boolean): Bytes {
  const bytes = new Uint8Array(38);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  view.setUint16(8, 2, isLittle);
  view.setUint16(10, 0x010f, isLittle);
  view.setUint16(22, 0x0112, isLittle);
  view.setUint16(24, 3, isLittle);
  view.setUint32(26, 1, isLittle);
  view.setUint16(30, orientation, isLittle);
  return concat(bytes, toUtf8(SECRET));
}

/** Segments of a JPEG with the compressed data of two scans, and a film behind its end. */
function jpeg(orientation = 1, isLittle = true) {
  const tables = segment(0xdb, new Uint8Array(65).fill(7));
  const profile = segment(0xe2, concat(toUtf8("ICC_PROFILE\0"), new Uint8Array(20).fill(3)));
  const scans = concat(
    segment(0xda, new Uint8Array(10).fill(1)),
    Uint8Array.of(1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4),
    segment(0xc4, Uint8Array.of(9, 0xff, 0xd9, 9)),
    segment(0xda, new Uint8Array(10).fill(1)),
    Uint8Array.of(5, 6, 0xff, 0xd9),
  );
  const image = concat(
    Uint8Array.of(0xff, 0xd8),
    segment(0xe0, toUtf8("JFIF\0 and more")),
    segment(0xe1, concat(toUtf8("Exif\0\0"), tiff(orientation, isLittle))),
    segment(0xe1, toUtf8(`http://ns.adobe.com/xap/1.0/\0${SECRET}`)),
    segment(0xed, toUtf8(`Photoshop 3.0\0${SECRET}`)),
    segment(0xe2, toUtf8(`MPF\0${SECRET}`)),
    profile,
    segment(0xfe, toUtf8(SECRET)),
    tables,
    scans,
    toUtf8(`ftypmp42 ${SECRET}`),
  );
  return { image, tables, profile, scans };
}

test("a JPEG loses place, camera, comments and what hangs behind it, and keeps its picture and its colours", () => {
  const { image, tables, profile, scans } = jpeg();

  const stripped = stripMetadata(image);

  expect(has(stripped, "GPS")).toBe(false);
  expect(stripped).toEqual(
    concat(Uint8Array.of(0xff, 0xd8), segment(0xe0, toUtf8("JFIF\0 and more")), profile, tables, scans),
  );
  expect(stripMetadata(stripped as Bytes)).toEqual(stripped);
});

test.each([true, false])("a JPEG that lies on its side still does (little endian: %s)", (isLittle) => {
  const stripped = stripMetadata(jpeg(6, isLittle).image);

  expect(has(stripped, "GPS")).toBe(false);
  expect(has(stripped, "Exif")).toBe(true);
  expect(stripped?.slice(2, 38)).toEqual(stripMetadata(jpeg(6, !isLittle).image)?.slice(2, 38));
  expect(stripMetadata(stripped as Bytes)).toEqual(stripped);
});

function pngChunk(type: string, body: Uint8Array): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  return concat(length, toUtf8(type), body, new Uint8Array(4));
}

test("a PNG loses its texts, its time and its Exif", () => {
  const start = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const [header, pixels, end] = [
    pngChunk("IHDR", new Uint8Array(13)),
    pngChunk("IDAT", new Uint8Array(9)),
    pngChunk("IEND", new Uint8Array()),
  ];
  const told = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "caBX"].map((type) => pngChunk(type, toUtf8(SECRET)));

  expect(stripMetadata(concat(start, header, ...told, pixels, end, toUtf8(SECRET)))).toEqual(
    concat(start, header, pixels, end),
  );
});

test("a WebP loses its Exif and XMP, and no longer says that it has them", () => {
  const chunk = (type: string, body: Uint8Array) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length, true);
    return concat(toUtf8(type), length, body, new Uint8Array(body.length % 2));
  };
  const riff = (...chunks: readonly Bytes[]) => {
    const body = concat(toUtf8("WEBP"), ...chunks);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length, true);
    return concat(toUtf8("RIFF"), length, body);
  };
  const features = (flags: number) => chunk("VP8X", Uint8Array.of(flags, 0, 0, 0, 1, 0, 0, 1, 0, 0));
  const pixels = chunk("VP8 ", new Uint8Array(7).fill(5));

  expect(
    stripMetadata(riff(features(0x2c), pixels, chunk("EXIF", toUtf8(SECRET)), chunk("XMP ", toUtf8(SECRET)))),
  ).toEqual(riff(features(0x20), pixels));
});

test("a picture that is cut anywhere, or is none, is given back as nothing or without what it told", () => {
  const { image } = jpeg(6);
  for (let length = 0; length < image.length; length++) {
    expect(has(stripMetadata(copyBytes(image.subarray(0, length))), "GPS")).toBe(false);
  }
  for (const other of [new Uint8Array(), toUtf8("<svg onload=alert(1)>"), toUtf8("GIF89a..."), new Uint8Array(100)]) {
    expect(stripMetadata(copyBytes(other))).toBeUndefined();
  }
});

test("what a file is, is told by its bytes: text that a browser would run is nothing to show", () => {
  for (const text of [
    "<svg xmlns='http://www.w3.org/2000/svg'>",
    "<!doctype html>",
    "%PDF-1.7",
    "PK\u0003\u0004",
    "",
  ]) {
    expect(sniff(toUtf8(text))).toBeUndefined();
  }
  expect(sniff(toUtf8("GIF89a"))).toBe("image/gif");
  expect(sniff(jpeg().image)).toBe("image/jpeg");
  expect(sniff(concat(new Uint8Array(4), toUtf8("ftypisom")))).toBe("video/mp4");
});
