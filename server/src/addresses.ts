import type { IncomingMessage } from "node:http";

const PRIVATE = /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd]|fe80:)/i;

/** Whether only the same machine or network can have it. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.test(address);
}

/**
 * Where a request comes from. A public relay stands behind a front that adds the caller to `X-Forwarded-For`; it is
 * believed if it is on the same machine or network, and only for the address that it added itself, the last one.
 */
export function addressOf(request: IncomingMessage, isBehindFront: boolean): string {
  const direct = (request.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
  if (!isBehindFront || !isPrivateAddress(direct)) return direct;
  const forwarded = request.headers["x-forwarded-for"];
  const last = (Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "")).split(",").at(-1)?.trim();
  return last === undefined || last === "" ? direct : last;
}
