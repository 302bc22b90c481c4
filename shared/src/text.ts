import type { Bytes } from "./bytes.ts";

export function toUtf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Throws `TypeError` where `bytes` are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}
