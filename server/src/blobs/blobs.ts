import type { Readable } from "node:stream";
import { type Bytes, fromHex, toHex } from "@tacit/shared/bytes";
import { isSealedBytes, shapeOf } from "@tacit/shared/file-shape";
import type { BlobId, DeliveryKey } from "@tacit/shared/ids";
import {
  ACCOUNT_BLOB_BYTES_PER_DAY,
  ACCOUNT_BLOB_ROOM_SHARES,
  BLOB_TTL_MS,
  CONTACT_KEY_BLOB_BYTES_PER_DAY,
  DAY_MS,
  KIB,
  MAX_RELAYED_FILE_BYTES,
  MIN_BLOB_COST_BYTES,
  UPLOAD_TTL_MS,
} from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { BlobRefusal } from "@tacit/shared/wire/blobs";
import { Budget } from "../budget.ts";
import type { GroupCommit } from "../db/group-commit.ts";
import type { FoundKey } from "../delivery-keys/store.ts";
import { mapKey, sha256 } from "../hash.ts";
import { toNextHour } from "../hours.ts";
import type { Log } from "../log.ts";
import type { Clock, Random } from "../ports.ts";
import type { BlobFiles, ByteSource } from "./blob-files.ts";
import { costOf, Room } from "./room.ts";
import type { BlobStore, StoredBlob } from "./store.ts";

export type BlobLimits = {
  /** Of the largest file, before it is sealed. */
  readonly fileBytes: number;
  /** Of all blobs together. */
  readonly totalBytes: number;
  /** So much of the disk is left to everything else. */
  readonly reserveBytes: number;
};
export const BLOB_LIMITS: BlobLimits = {
  fileBytes: MAX_RELAYED_FILE_BYTES,
  totalBytes: 20 * KIB * KIB * KIB,
  reserveBytes: 512 * KIB * KIB,
};

export type Upload = { readonly offset: number; readonly bytes: number; readonly expiresAtMs: number };

type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly commits: Pick<GroupCommit, "run">;
  readonly store: BlobStore;
  readonly files: BlobFiles;
  readonly findKey: (hash: Bytes) => FoundKey | undefined;
  readonly limits: BlobLimits;
  readonly log: Log;
};

/** The rules of sealed files: who may put one here, how long it stays. Knows no HTTP. */
export class Blobs {
  readonly #ports: Ports;
  readonly #byKey: Budget;
  readonly #byAccount: Budget;
  readonly #maxSealedBytes: number;
  readonly #room: Room;
  #isRoomKnown: Promise<void> | undefined;
  /** What complete blobs take up. Nobody else writes them. */
  #completeBytes: number;
  /** Who is appending to a blob now, and how to end that. */
  readonly #appending = new Map<string, { readonly abort: () => void; readonly done: Promise<unknown> }>();

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#byKey = new Budget(ports.clock, DAY_MS, CONTACT_KEY_BLOB_BYTES_PER_DAY);
    this.#byAccount = new Budget(ports.clock, DAY_MS, ACCOUNT_BLOB_BYTES_PER_DAY);
    this.#maxSealedBytes = shapeOf(ports.limits.fileBytes).sealedBytes;
    this.#room = new Room(ports.clock);
    this.#completeBytes = ports.store.completeBytes(MIN_BLOB_COST_BYTES);
  }

  get maxSealedBytes(): number {
    return this.#maxSealedBytes;
  }

  /** An empty upload, charged to the key and to its account. Which key it was is forgotten when this answers. */
  async create(key: DeliveryKey, bytes: number): Promise<Result<Upload & { readonly id: BlobId }, BlobRefusal>> {
    const { clock, random, commits, store, files, findKey } = this.#ports;
    if (bytes > this.#maxSealedBytes) return refused("too-large");
    if (!isSealedBytes(bytes)) return refused("malformed");
    const hash = sha256(key);
    const found = findKey(hash);
    if (found?.class !== "contact") return refused("unknown-key");
    const id = random(32);
    const name = sha256(id);
    const roomBytes = await this.#reserve(name, bytes, 0);
    if (roomBytes === undefined) return refused("full");
    if (!this.#charge(mapKey(hash), found.accountId, bytes, roomBytes)) {
      this.#room.forget(name);
      return refused("budget");
    }
    const expiresAtMs = toNextHour(clock.nowMs() + UPLOAD_TTL_MS);
    try {
      await commits.run(() => store.add({ hash: name, bytes, isComplete: false, expiresAtMs }));
      await files.create(toHex(name));
    } catch (failure) {
      // A row without its file is an upload without a byte: it expires.
      this.#refund(mapKey(hash), found.accountId, bytes);
      this.#room.forget(name);
      throw failure;
    }
    return ok({ id: toHex(id) as BlobId, offset: 0, bytes, expiresAtMs });
  }

  /** How far an upload is. */
  async look(id: BlobId): Promise<Result<Upload, "not-found">> {
    const blob = this.#find(id);
    const offset = blob && (await this.#ports.files.size(toHex(blob.hash)));
    if (blob === undefined || offset === undefined) return refused("not-found");
    return ok({ offset, bytes: blob.bytes, expiresAtMs: blob.expiresAtMs });
  }

  /**
   * Goes on with an upload; answers when what came is durable. Whoever was appending before is cut off. The last byte
   * makes it complete.
   */
  async append(
    id: BlobId,
    offset: number,
    source: ByteSource,
    abort: () => void,
  ): Promise<Result<Upload, BlobRefusal>> {
    const before = this.#appending.get(id);
    before?.abort();
    await before?.done;
    // Two that waited for the same one: the later gives way.
    if (this.#appending.has(id)) return refused("offset");
    const appended = this.#append(id, offset, source);
    const entry = { abort, done: appended.catch(() => undefined) };
    this.#appending.set(id, entry);
    try {
      return await appended;
    } finally {
      this.#appending.delete(id);
    }
  }

  async #append(id: BlobId, offset: number, source: ByteSource): Promise<Result<Upload, BlobRefusal>> {
    const { clock, commits, store, files, log } = this.#ports;
    const looked = await this.look(id);
    if (!looked.ok) return looked;
    if (looked.value.offset !== offset) return refused("offset");
    const { bytes } = looked.value;
    const name = sha256(fromHex(id));
    // Once more, because the answer was lost: it does not live longer for it.
    if (store.find(name)?.isComplete === true) return looked;
    if ((await this.#reserve(name, bytes, offset)) === undefined) return refused("full");
    let size: number;
    try {
      size = await files.append(toHex(name), offset, source, bytes);
    } catch (failure) {
      // How much of it is durable nobody knows, and the next sync would not say: it is begun anew.
      await this.#remove(name).catch((more) => log("error", "could not delete a broken upload", more));
      if (isDiskFull(failure)) return refused("full");
      throw failure;
    }
    // Deleted while it came, or expired: nothing of it is there any more, and it takes no room.
    if (store.find(name) === undefined) return refused("not-found");
    this.#room.reserve(name, bytes, size);
    if (size < bytes) return ok({ ...looked.value, offset: size });
    const expiresAtMs = toNextHour(clock.nowMs() + BLOB_TTL_MS);
    if (!(await commits.run(() => store.complete(name, expiresAtMs)))) return refused("not-found");
    this.#completeBytes += costOf(bytes);
    this.#room.forget(name);
    return ok({ offset: size, bytes, expiresAtMs });
  }

  /** A part of a complete blob. `end` is exclusive; absent: to the end. */
  async read(
    id: BlobId,
    start: number,
    end?: number,
  ): Promise<
    Result<{ readonly bytes: number; readonly end: number; readonly open: () => Readable }, "not-found" | "malformed">
  > {
    const blob = this.#find(id);
    // A disk that lost the bytes and kept the row has no blob.
    const held = blob && (await this.#ports.files.size(toHex(blob.hash)));
    if (blob?.isComplete !== true || held !== blob.bytes) return refused("not-found");
    const until = Math.min(end ?? blob.bytes, blob.bytes);
    if (start >= until) return refused("malformed");
    return ok({ bytes: blob.bytes, end: until, open: () => this.#ports.files.read(toHex(blob.hash), start, until) });
  }

  /** Whoever knows the id may delete it: both ends of a transfer do. Who is appending to it is cut off. */
  async remove(id: BlobId): Promise<void> {
    this.#appending.get(id)?.abort();
    await this.#remove(sha256(fromHex(id)));
  }

  /** Deletes what has expired, at most `limit`, and uploads without a byte. Answers whether there may be more. */
  async expire(limit: number): Promise<boolean> {
    const { store, files, clock } = this.#ports;
    const expired = store.expired(clock.nowMs(), limit);
    for (const { hash } of expired) await this.#remove(hash);
    for (const { hash } of store.incomplete()) {
      if (!this.#room.isReserved(hash) && !(await files.size(toHex(hash)))) await this.#remove(hash);
    }
    return expired.length === limit;
  }

  /** Keeps room for the rest of an upload, unless it is kept already. Answers what room there was; undefined: too little. */
  async #reserve(hash: Bytes, bytes: number, received: number): Promise<number | undefined> {
    // A disk that could not say is asked again.
    this.#isRoomKnown ??= this.#countUploads().catch((failure) => {
      this.#isRoomKnown = undefined;
      throw failure;
    });
    await this.#isRoomKnown;
    const freeBytes = await this.#ports.files.freeBytes();
    // Nothing is awaited from here on: two that ask at once do not get the same room.
    const roomBytes = this.#roomBytes(freeBytes);
    if (!this.#room.isReserved(hash) && costOf(bytes) - costOf(received) > roomBytes) return undefined;
    this.#room.reserve(hash, bytes, received);
    return roomBytes;
  }

  /** What is neither taken nor kept for an upload. */
  #roomBytes(freeBytes: number): number {
    const { limits } = this.#ports;
    const { received, promised } = this.#room.sums();
    const unused = limits.totalBytes - this.#completeBytes - received;
    return Math.min(unused, freeBytes - limits.reserveBytes) - promised;
  }

  /** What uploads of before this process have left. */
  async #countUploads(): Promise<void> {
    const { store, files } = this.#ports;
    for (const { hash, bytes } of store.incomplete()) {
      this.#room.know(hash, bytes, (await files.size(toHex(hash))) ?? 0);
    }
  }

  /** The bytes first: a row without them says nothing, bytes without a row would stay for ever. */
  async #remove(hash: Bytes): Promise<void> {
    const { commits, store, files } = this.#ports;
    await files.remove(toHex(hash));
    const removed = await commits.run(() => store.remove(hash));
    if (removed?.isComplete === true) this.#completeBytes -= costOf(removed.bytes);
    this.#room.forget(hash);
  }

  #find(id: BlobId): StoredBlob | undefined {
    const { store, clock } = this.#ports;
    const blob = store.find(sha256(fromHex(id)));
    return blob !== undefined && blob.expiresAtMs > clock.nowMs() ? blob : undefined;
  }

  #charge(key: string, account: string, sealedBytes: number, roomBytes: number): boolean {
    const bytes = costOf(sealedBytes);
    if (!this.#byKey.spend(key, bytes)) return false;
    // The first file of a day is always within it, where there is room.
    const share = Math.max(roomBytes / ACCOUNT_BLOB_ROOM_SHARES, bytes);
    if (this.#byAccount.spend(account, bytes, share)) return true;
    this.#byKey.refund(key, bytes);
    return false;
  }

  #refund(key: string, account: string, sealedBytes: number): void {
    const bytes = costOf(sealedBytes);
    this.#byKey.refund(key, bytes);
    this.#byAccount.refund(account, bytes);
  }
}

function isDiskFull(failure: unknown): boolean {
  return failure instanceof Error && "code" in failure && (failure.code === "ENOSPC" || failure.code === "EDQUOT");
}
