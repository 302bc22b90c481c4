import type { Bytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { BUNDLE_PAD_BYTES } from "@tacit/shared/limits";
import type { Bundle } from "@tacit/shared/wire/prekeys";

/** More than a one-time key and its field names take in the encoding of a device. */
const ONE_TIME_KEY_BYTES = 64;
const EMPTY_BIN_BYTES = 2;

/**
 * Encodes a bundle so that its length is a multiple of BUNDLE_PAD_BYTES and depends on the devices alone: the same
 * with one-time keys and without.
 */
export function encodePadded(bundle: Omit<Bundle, "padding">): Bytes {
  const bare = encode({ ...bundle, padding: new Uint8Array() }).length - EMPTY_BIN_BYTES;
  const absent = bundle.devices.filter(({ oneTime }) => oneTime === undefined).length;
  // The longest header of a padding (5) is counted in, so that every length below has one.
  const longest = bare + absent * ONE_TIME_KEY_BYTES + 5;
  const target = Math.ceil((longest + 0x100) / BUNDLE_PAD_BYTES) * BUNDLE_PAD_BYTES;
  const room = target - bare;
  return encode({ ...bundle, padding: new Uint8Array(room - (room > 0xffff + 3 ? 5 : 3)) });
}
