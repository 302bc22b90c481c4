import { randomBytes } from "node:crypto";
import { type Bytes, copyBytes, toBase64Url } from "@tacit/shared/bytes";
import { shapeOf } from "@tacit/shared/file-shape";
import { PROTOCOL_HEADER } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { BLOBS_PATH, DELIVERY_KEY_HEADER, TUS_BODY_TYPE, TUS_VERSION } from "@tacit/shared/wire/blobs";

/** As many random bytes as a sealed file of that length has. */
export function sealedBytes(fileBytes: number): Bytes {
  return copyBytes(randomBytes(shapeOf(fileBytes).sealedBytes));
}

type Body = Bytes | AsyncIterable<Uint8Array>;

/** Uploads and fetches blobs over real HTTP, one request at a time. */
export class BlobCaller {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  send(method: string, path: string, headers: Record<string, string> = {}, body?: Body): Promise<Response> {
    return fetch(this.#origin + path, {
      method,
      headers: { "tus-resumable": TUS_VERSION, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...headers },
      ...(body !== undefined && { body, duplex: "half" }),
      // What Node sends also from an iterator is not in its types.
    } as RequestInit);
  }

  create(key: Uint8Array, bytes: number): Promise<Response> {
    const headers = { [DELIVERY_KEY_HEADER]: toBase64Url(key), "upload-length": String(bytes) };
    return this.send("POST", BLOBS_PATH, headers);
  }

  /** The path of a new upload. */
  async begin(key: Uint8Array, bytes: number): Promise<string> {
    const response = await this.create(key, bytes);
    if (response.status !== 201) throw new Error(`refused with ${response.status}`);
    return response.headers.get("location") ?? "";
  }

  append(path: string, offset: number, body: Body): Promise<Response> {
    const headers = { "upload-offset": String(offset), "content-type": TUS_BODY_TYPE };
    return this.send("PATCH", path, headers, body);
  }

  async offset(path: string): Promise<number> {
    const response = await this.send("HEAD", path);
    return response.status === 200 ? Number(response.headers.get("upload-offset")) : -response.status;
  }

  fetch(path: string, start: number, end: number): Promise<Response> {
    return this.send("GET", path, { range: `bytes=${start}-${end - 1}` });
  }

  async fetchAll(path: string, bytes: number, step = 1_000_000): Promise<Bytes> {
    const all = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += step) {
      const response = await this.fetch(path, at, Math.min(bytes, at + step));
      if (response.status !== 206) throw new Error(`refused with ${response.status}`);
      all.set(new Uint8Array(await response.arrayBuffer()), at);
    }
    return all;
  }

  async upload(key: Uint8Array, bytes: Bytes): Promise<string> {
    const path = await this.begin(key, bytes.length);
    const response = await this.append(path, 0, bytes);
    if (response.status !== 204) throw new Error(`refused with ${response.status}`);
    return path;
  }
}
