import { toBase64Url } from "@tacit/shared/bytes";
import type { RelayOrigin } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { PROTOCOL_HEADER } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import {
  BLOB_STATUS,
  BLOBS_PATH,
  type BlobRefusal,
  DELIVERY_KEY_HEADER,
  TUS_BODY_TYPE,
  TUS_VERSION,
} from "@tacit/shared/wire/blobs";
import { blobId } from "@tacit/shared/wire/fields";
import type { BlobFailure, Blobs, Upload } from "../core/ports/blobs.ts";

const TIMEOUT_MS = 60 * SECOND_MS;

/** The relay's sealed files over fetch: tus 1.0, without cookies and tokens. docs/PROTOCOL.md §8.1. */
export function relayBlobs(origin: RelayOrigin): Blobs {
  const pathOf = (id: string) => `${BLOBS_PATH}/${id}`;

  async function send(
    path: string,
    method: string,
    headers: Record<string, string> = {},
    body?: BodyInit,
  ): Promise<Result<Response, BlobFailure>> {
    try {
      const response = await fetch(new URL(path, origin), {
        method,
        headers: { "tus-resumable": TUS_VERSION, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...headers },
        ...(body !== undefined && { body }),
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return response.ok ? ok(response) : refused(toFailure(response.status));
    } catch {
      return refused("unreachable");
    }
  }

  return {
    async limit() {
      const asked = await send(BLOBS_PATH, "OPTIONS");
      if (!asked.ok) return asked;
      const said = asked.value.headers.get("tus-max-size") ?? "";
      return /^\d{1,15}$/.test(said) ? ok(Number(said)) : refused("unreachable");
    },
    async create(key, bytes) {
      const created = await send(BLOBS_PATH, "POST", {
        [DELIVERY_KEY_HEADER]: toBase64Url(key),
        "upload-length": String(bytes),
      });
      if (!created.ok) return created;
      const location = created.value.headers.get("location") ?? "";
      const id = blobId.safeParse(location.slice(pathOf("").length));
      const upload = toUpload(created.value);
      return id.success && upload.ok ? ok({ ...upload.value, id: id.data }) : refused("unreachable");
    },
    async look(id) {
      const looked = await send(pathOf(id), "HEAD");
      return looked.ok ? toUpload(looked.value) : looked;
    },
    async append(id, offset, part) {
      const headers = { "upload-offset": String(offset), "content-type": TUS_BODY_TYPE };
      const appended = await send(pathOf(id), "PATCH", headers, part);
      return appended.ok ? toUpload(appended.value) : appended;
    },
    async fetch(id, start, end) {
      const fetched = await send(pathOf(id), "GET", { range: `bytes=${start}-${end - 1}` });
      if (!fetched.ok) return fetched;
      // Never more than was asked for, whatever somebody sends.
      const announced = Number(fetched.value.headers.get("content-length"));
      if (fetched.value.status !== 206 || announced !== end - start) {
        await fetched.value.body?.cancel();
        return refused("malformed");
      }
      try {
        const bytes = new Uint8Array(await fetched.value.arrayBuffer());
        return bytes.length === end - start ? ok(bytes) : refused("unreachable");
      } catch {
        return refused("unreachable");
      }
    },
    async remove(id) {
      await send(pathOf(id), "DELETE");
    },
  };
}

function toUpload({ headers }: Response): Result<Upload, "unreachable"> {
  const offset = headers.get("upload-offset") ?? "";
  const expiresAtMs = Date.parse(headers.get("upload-expires") ?? "");
  return /^\d{1,15}$/.test(offset) && !Number.isNaN(expiresAtMs)
    ? ok({ offset: Number(offset), expiresAtMs })
    : refused("unreachable");
}

function toFailure(status: number): BlobFailure {
  const found = Object.entries(BLOB_STATUS).find(([, number]) => number === status);
  // The table's keys are its refusals.
  return found === undefined ? "unreachable" : (found[0] as BlobRefusal);
}
