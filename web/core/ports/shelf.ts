import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";

/**
 * The sealed files of this device, by random names of 32 hexadecimal digits. What a name has is a prefix of the sealed
 * file: docs/PROTOCOL.md §5.7.
 */
export type Shelf = {
  /** 0 where there is nothing of that name. */
  size(name: string): Promise<number>;
  /** Fewer bytes where the file ends before `end`. */
  read(name: string, start: number, end: number): Promise<Bytes>;
  /**
   * Cuts the file to `at` bytes and appends. The bytes are the shelf's from then on. What is there when it resolves outlives
   * this process, and the machine once it is settled. "full" leaves at most what was there.
   */
  append(name: string, at: number, bytes: Bytes): Promise<Result<undefined, "full">>;
  /** Writes over bytes that are there, and settles the file. */
  overwrite(name: string, at: number, bytes: Bytes): Promise<void>;
  /** Resolves when all that was written to the file is durable. */
  settle(name: string): Promise<void>;
  /** No harm where there is none. */
  remove(name: string): Promise<void>;
  /** What lies here, and when it was last written. */
  list(): Promise<readonly { readonly name: string; readonly writtenAtMs: number }[]>;
};
