import { type Bytes, fromBase64Url, toBase64Url } from "@tacit/shared/bytes";

const PREFIX = "tacit-safety:";

/** What the QR code of a safety number says: text, because cameras hand text on. */
export function toSafetyCode(scannable: Bytes): string {
  return PREFIX + toBase64Url(scannable);
}

/** `undefined` for any other QR code. */
export function parseSafetyCode(text: string): Bytes | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  try {
    return fromBase64Url(text.slice(PREFIX.length));
  } catch {
    return undefined;
  }
}

/** 60 digits as twelve groups of five. */
export function digitGroups(digits: string): readonly string[] {
  return digits.match(/.{5}/g) ?? [];
}
