import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import { customType } from "drizzle-orm/sqlite-core";

/** A blob that comes out owning its buffer, as every `Bytes` does. */
export const bytes = customType<{ data: Bytes; driverData: Uint8Array }>({
  dataType: () => "blob",
  fromDriver: copyBytes,
});
