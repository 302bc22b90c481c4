import { pipeline } from "node:stream/promises";
import { fromBase64Url } from "@tacit/shared/bytes";
import type { BlobId, DeliveryKey } from "@tacit/shared/ids";
import { KIB, SECOND_MS } from "@tacit/shared/limits";
import { PROTOCOL_HEADER } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import {
  BLOB_STATUS,
  BLOBS_PATH,
  type BlobRefusal,
  DELIVERY_KEY_HEADER,
  TUS_BODY_TYPE,
  TUS_EXTENSIONS,
  TUS_VERSION,
} from "@tacit/shared/wire/blobs";
import { blobId, deliveryKey } from "@tacit/shared/wire/fields";
import express, { type Request, type Response, type Router } from "express";
import type { Log } from "../log.ts";
import type { Clock } from "../ports.ts";
import { Crowd } from "../sockets/crowd.ts";
import type { Blobs, Upload } from "./blobs.ts";

/** Of one answer. Clients ask for a megabyte at a time. */
const MAX_RANGE_BYTES = 4 * KIB * KIB;
/** Whoever reads slower than that is cut off, and goes on where they were. */
const ANSWER_MS = 60 * SECOND_MS;
const MAX_REQUESTS_PER_VISITOR = 32;

type Ports = {
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly isAllowedOrigin: (origin: string) => boolean;
  readonly visitorOf: (request: Request) => string;
  readonly log: Log;
};
type Handler = (request: Request, response: Response) => Promise<BlobRefusal | undefined>;

/** tus 1.0.0 for sealed files; reading is plain HTTP with ranges. Without cookies, tokens and stored addresses. */
export function blobRoutes({ blobs, clock, isAllowedOrigin, visitorOf, log }: Ports): Router {
  const router = express.Router();
  const crowd = new Crowd(MAX_REQUESTS_PER_VISITOR);

  function route(handler: Handler, isTus = true) {
    return async (request: Request, response: Response) => {
      response.setHeader("Tus-Resumable", TUS_VERSION);
      response.setHeader("Cache-Control", "no-store");
      const origin = request.get("origin");
      if (origin !== undefined && !isAllowedOrigin(origin)) return refuse(request, response, "unauthorized");
      const speaksTus = !isTus || request.get("tus-resumable") === TUS_VERSION;
      if (!speaksTus || request.get(PROTOCOL_HEADER) !== String(PROTOCOL_VERSION)) {
        return refuse(request, response, "version");
      }
      const visitor = visitorOf(request);
      if (!crowd.hasRoom(visitor)) return refuse(request, response, "unavailable");
      crowd.enter(visitor);
      try {
        const refusal = await handler(request, response);
        if (refusal !== undefined) refuse(request, response, refusal);
      } catch (failure) {
        log("error", "a blob request failed", failure);
        if (!response.headersSent) refuse(request, response, "unavailable");
        else response.destroy();
      } finally {
        crowd.leave(visitor);
      }
    };
  }

  router.options(BLOBS_PATH, (_request, response) => {
    response.setHeader("Tus-Resumable", TUS_VERSION);
    response.setHeader("Tus-Version", TUS_VERSION);
    response.setHeader("Tus-Extension", TUS_EXTENSIONS);
    response.setHeader("Tus-Max-Size", blobs.maxSealedBytes);
    response.status(204).end();
  });

  router.post(
    BLOBS_PATH,
    route(async (request, response) => {
      const key = toDeliveryKey(request.get(DELIVERY_KEY_HEADER));
      const bytes = toWhole(request.get("upload-length"));
      if (key === undefined || bytes === undefined || !hasNoBody(request)) return "malformed";
      const created = await blobs.create(key, bytes);
      if (!created.ok) return created.reason;
      response.setHeader("Location", `${BLOBS_PATH}/${created.value.id}`);
      say(response, created.value);
      response.status(201).end();
      return undefined;
    }),
  );

  const one = `${BLOBS_PATH}/:id`;
  router.head(
    one,
    route(async (request, response) => {
      const id = idOf(request);
      const looked = id === undefined ? undefined : await blobs.look(id);
      if (!looked?.ok) return "not-found";
      say(response, looked.value);
      response.setHeader("Upload-Length", looked.value.bytes);
      response.status(200).end();
      return undefined;
    }),
  );

  router.patch(
    one,
    route(async (request, response) => {
      const id = idOf(request);
      if (id === undefined) return "not-found";
      const offset = toWhole(request.get("upload-offset"));
      if (offset === undefined || request.get("content-type") !== TUS_BODY_TYPE) return "malformed";
      const appended = await blobs.append(id, offset, request, () => request.destroy());
      if (!appended.ok) return appended.reason;
      say(response, appended.value);
      response.status(204).end();
      return undefined;
    }),
  );

  router.get(
    one,
    route(async (request, response) => {
      const id = idOf(request);
      const range = toRange(request.get("range"));
      if (id === undefined) return "not-found";
      if (range === undefined) return "malformed";
      const read = await blobs.read(id, range.start, Math.min(range.end, range.start + MAX_RANGE_BYTES));
      if (!read.ok) return read.reason;
      const { bytes, end, open } = read.value;
      response.status(206).type("application/octet-stream");
      response.setHeader("Content-Range", `bytes ${range.start}-${end - 1}/${bytes}`);
      response.setHeader("Content-Length", end - range.start);
      const cancel = clock.after(ANSWER_MS, () => response.destroy());
      try {
        await pipeline(open(), response);
      } catch {
        // The reader left, or a blob was deleted under them: either way they ask again.
        response.destroy();
      } finally {
        cancel();
      }
      return undefined;
    }, false),
  );

  router.delete(
    one,
    route(async (request, response) => {
      const id = idOf(request);
      if (id !== undefined) await blobs.remove(id);
      response.status(204).end();
      return undefined;
    }),
  );
  return router;
}

function say(response: Response, { offset, expiresAtMs }: Upload): void {
  response.setHeader("Upload-Offset", offset);
  response.setHeader("Upload-Expires", new Date(expiresAtMs).toUTCString());
}

/** What they are still sending is not waited for. */
function refuse(request: Request, response: Response, refusal: BlobRefusal): void {
  if (!request.complete) response.setHeader("Connection", "close");
  response.status(BLOB_STATUS[refusal]).type("text/plain").send(`${refusal}\n`);
}

function idOf(request: Request): BlobId | undefined {
  const parsed = blobId.safeParse(request.params["id"]);
  return parsed.success ? parsed.data : undefined;
}

function toDeliveryKey(header: string | undefined): DeliveryKey | undefined {
  if (header === undefined || !/^[\w-]{43}$/.test(header)) return undefined;
  try {
    return deliveryKey.parse(fromBase64Url(header));
  } catch {
    return undefined;
  }
}

function toWhole(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** One range with a start, RFC 9110 §14.1.2; `end` is exclusive. */
function toRange(header: string | undefined): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined) return undefined;
  const start = Number(first);
  return { start, end: last === "" ? Number.MAX_SAFE_INTEGER : Number(last) + 1 };
}

function hasNoBody(request: Request): boolean {
  return (request.get("content-length") ?? "0") === "0" && request.get("transfer-encoding") === undefined;
}
