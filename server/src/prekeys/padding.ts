import type { Bytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { BUNDLE_PAD_BYTES } from "@tacit/shared/limits";
import type { Bundle, DeviceBundle } from "@tacit/shared/wire/prekeys";

type Unpadded = Omit<Bundle, "padding">;

const LONGEST_ID = 0xffff_ffff;
const PUBLIC_KEY_BYTES = 33;
const EMPTY_BIN_BYTES = 2;
/** A padding of at least this many bytes has a header of three, and one of five above 64 KiB. */
const LEAST_PADDING_BYTES = 0x100;
const HEADER_BYTES = { short: 3, long: 5 };

/**
 * Encodes a bundle so that its length is a multiple of BUNDLE_PAD_BYTES and depends on the list and the number of
 * devices alone: not on whether one-time keys were left, nor on how many were handed out before.
 */
export function encodePadded(bundle: Unpadded): Bytes {
  const longest = lengthOf({ ...bundle, devices: bundle.devices.map(atItsLongest) });
  const least = longest + HEADER_BYTES.long + LEAST_PADDING_BYTES;
  const room = Math.ceil(least / BUNDLE_PAD_BYTES) * BUNDLE_PAD_BYTES - lengthOf(bundle);
  const header = room > 0xffff + HEADER_BYTES.short ? HEADER_BYTES.long : HEADER_BYTES.short;
  return encode({ ...bundle, padding: new Uint8Array(room - header) });
}

/** Without the padding's own bytes. */
function lengthOf(bundle: Unpadded): number {
  return encode({ ...bundle, padding: new Uint8Array() }).length - EMPTY_BIN_BYTES;
}

function atItsLongest(device: DeviceBundle): DeviceBundle {
  return {
    ...device,
    signed: { ...device.signed, id: LONGEST_ID },
    oneTime: { id: LONGEST_ID, key: new Uint8Array(PUBLIC_KEY_BYTES) },
    kyber: { ...device.kyber, id: LONGEST_ID },
  };
}
