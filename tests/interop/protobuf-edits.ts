import { ProtobufWriter, readProtobuf } from "@tacit/crypto/protobuf";
import type { Bytes } from "@tacit/shared/bytes";

/** By tag: another value, or `undefined` to leave the field out. */
export type FieldEdits = Readonly<Record<number, Uint8Array | number | undefined>>;

/** The fields of either message of a session, 1 to 8, rewritten in order of their tags. */
export function editFields(proto: Uint8Array, edits: FieldEdits): Bytes {
  const writer = new ProtobufWriter();
  for (let tag = 1; tag <= 8; tag++) {
    const value = tag in edits ? edits[tag] : readField(proto, tag);
    if (typeof value === "number") writer.u32(tag, value);
    else writer.bytes(tag, value);
  }
  return writer.finish();
}

export function readField(proto: Uint8Array, tag: number): Uint8Array | number | undefined {
  return readProtobuf(proto, { value: [tag, "bytes"] })?.value ?? readProtobuf(proto, { value: [tag, "u32"] })?.value;
}
