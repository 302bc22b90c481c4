/** What a browser may show by itself: nothing of these can run code. */
export type ShownType = `image/${string}` | `video/${string}` | `audio/${string}`;

type Signature = { readonly type: ShownType; readonly at: number; readonly text: string };

const SIGNATURES: readonly Signature[] = [
  { type: "image/jpeg", at: 0, text: "\u00ff\u00d8\u00ff" },
  { type: "image/png", at: 0, text: "\u0089PNG\r\n\u001a\n" },
  { type: "image/gif", at: 0, text: "GIF8" },
  { type: "image/webp", at: 8, text: "WEBP" },
  { type: "audio/wav", at: 8, text: "WAVE" },
  { type: "image/avif", at: 4, text: "ftypavif" },
  { type: "audio/mp4", at: 4, text: "ftypM4A" },
  { type: "video/mp4", at: 4, text: "ftyp" },
  { type: "video/webm", at: 0, text: "\u001aE\u00df\u00a3" },
  { type: "audio/ogg", at: 0, text: "OggS" },
  { type: "audio/mpeg", at: 0, text: "ID3" },
  { type: "audio/mpeg", at: 0, text: "\u00ff\u00fb" },
  { type: "audio/flac", at: 0, text: "fLaC" },
];

/** What a file is, by its first bytes (32 are enough) and never by its name. `undefined`: nothing to show. */
export function sniff(start: Uint8Array): ShownType | undefined {
  const found = SIGNATURES.find(({ at, text }) => latin1(start.subarray(at, at + text.length)) === text);
  return found?.type;
}

/** What a sender's media type promises; what is shown is decided by `sniff`. */
export function looksLike(mediaType: string): "image" | "video" | "audio" | "document" {
  const [family] = mediaType.split("/");
  const isShown = family === "image" || family === "video" || family === "audio";
  return isShown && mediaType !== "image/svg+xml" ? family : "document";
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
