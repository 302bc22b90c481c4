import { X509Certificate } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:tls";
import { encode } from "@tacit/shared/codec";
import { BODY_TYPE, PROTOCOL_HEADER, routes } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";

/** What a TLS server shows for localhost. With `ca` (PEM) it must come from there. */
export function certificateAt(port: number, ca?: string): Promise<X509Certificate> {
  const trust = ca === undefined ? { rejectUnauthorized: false } : { ca };
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ...trust });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const { raw } = socket.getPeerCertificate(true);
      socket.destroy();
      resolve(new X509Certificate(raw));
    });
  });
}

/** The status of a log-in of nobody, with what a client or a proxy says about where it comes from. */
export function tryLogIn(
  origin: string,
  login: string,
  forwardedFor: string,
  to: { readonly port: number; readonly isTls: boolean },
): Promise<number> {
  const { method, path } = routes.startLogin;
  const headers = {
    "content-type": BODY_TYPE,
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
    "x-forwarded-for": forwardedFor,
    host: new URL(origin).host,
  };
  const options = { host: "127.0.0.1", port: to.port, method, path, headers };
  return new Promise((resolve, reject) => {
    const asked = to.isTls
      ? httpsRequest({ ...options, servername: "localhost", rejectUnauthorized: false })
      : httpRequest(options);
    asked.once("response", ({ statusCode = 0 }) => {
      asked.destroy();
      resolve(statusCode);
    });
    asked.once("error", reject);
    asked.end(encode({ login, request: "AA" }));
  });
}
