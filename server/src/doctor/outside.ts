import { lookup } from "node:dns/promises";
import { request as requestPlainly } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { DAY_MS } from "@tacit/shared/limits";
import { isPrivateAddress } from "../addresses.ts";
import { broken, doubtful, type Finding, reasonOf, skipped, well } from "./finding.ts";

const ANSWER_MS = 5_000;
/** Caddy renews when a third of the lifetime is left; below this something keeps it from doing so. */
const RENEWAL_DAYS = 14;

/** Where people reach the relay. `localhost`: what that name is for whoever asks, such as the host of a container. */
export type Front = { readonly origin: URL; readonly localhost: string };

export async function checkName({ origin }: Front): Promise<Finding> {
  const { hostname } = origin;
  if (isOwnMachine(origin)) return skipped("name", "this relay is for this machine alone");
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) return well("name", `people use the address ${hostname}`);
  try {
    const addresses = (await lookup(hostname, { all: true })).map(({ address }) => address);
    const list = addresses.join(", ");
    if (addresses.every(isPrivateAddress)) {
      const advice = "Right for a home or office network. For the open network, point the name at your public address.";
      return doubtful("name", `${hostname} is ${list}, which only this network can reach`, advice);
    }
    return well("name", `${hostname} is ${list}`);
  } catch (failure) {
    const advice = `At whoever runs the DNS of ${hostname}: an A record (and AAAA) with this machine's public address.`;
    return broken("name", `${hostname} has no address (${reasonOf(failure)})`, advice);
  }
}

export async function checkCertificate(front: Front, nowMs: number): Promise<Finding> {
  const { origin } = front;
  if (origin.protocol !== "https:") return skipped("certificate", "people reach this relay without TLS");
  try {
    const certificate = await certificateOf(front);
    const daysLeft = Math.floor((certificate.endsMs - nowMs) / DAY_MS);
    if (certificate.failure !== undefined && !isOwnMachine(origin)) {
      const advice =
        "Is port 80 open, and does the name point here? `docker compose logs caddy` says what the authority answered.";
      return broken("certificate", `browsers do not trust it (${certificate.failure})`, advice);
    }
    if (daysLeft < RENEWAL_DAYS && !isOwnMachine(origin)) {
      const advice = "It should have been renewed by now: `docker compose logs caddy`.";
      return doubtful("certificate", `it ends in ${daysLeft} days`, advice);
    }
    return well("certificate", isOwnMachine(origin) ? "Caddy's own, for this machine" : `good for ${daysLeft} days`);
  } catch (failure) {
    return unreachable("certificate", origin, failure);
  }
}

/** Whether what people type reaches this relay, with everything that it needs of a proxy. */
export async function checkFront(front: Front): Promise<Finding> {
  const { origin } = front;
  const about = "front";
  try {
    const health = await ask(front, "/healthz", {});
    if (health.status !== 200) {
      return broken(
        about,
        `${origin.origin} answers ${health.status}`,
        "Something else than this relay answers there.",
      );
    }
    const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
    const key = Buffer.alloc(16, 1).toString("base64");
    const path = "/socket.io/?EIO=4&transport=websocket";
    const socket = await ask(front, path, { ...upgrade, "sec-websocket-key": key, origin: origin.origin });
    if (socket.status !== 101) {
      const advice = "Your proxy has to hand on WebSockets below /socket.io/ (docs/OPERATING.md, Behind a proxy).";
      return broken(about, `a WebSocket is answered by ${socket.status}`, advice);
    }
    return well(about, `${origin.origin} reaches this relay, WebSockets too`);
  } catch (failure) {
    return unreachable(about, origin, failure);
  }
}

function unreachable(about: string, origin: URL, failure: unknown): Finding {
  const port = portOf(origin);
  const advice = `Open TCP ${port} (and 80) to this machine. Some routers do not let a machine reach its own public address: try from outside too.`;
  return broken(about, `nobody answers at ${origin.host} (${reasonOf(failure)})`, advice);
}

export function isOwnMachine({ hostname }: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function portOf({ protocol, port }: URL): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

function hostOf({ origin, localhost }: Front): string {
  return isOwnMachine(origin) ? localhost : origin.hostname.replace(/^\[|\]$/g, "");
}

type Certificate = { readonly endsMs: number; readonly failure: string | undefined };

function certificateOf(front: Front): Promise<Certificate> {
  const names = isIP(front.origin.hostname) === 0 ? { servername: front.origin.hostname } : {};
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostOf(front), port: portOf(front.origin), rejectUnauthorized: false, ...names });
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const endsMs = Date.parse(socket.getPeerCertificate().valid_to);
      const failure = socket.authorized ? undefined : String(socket.authorizationError);
      socket.destroy();
      resolve({ endsMs, failure });
    });
  });
}

function ask(front: Front, path: string, headers: Record<string, string>): Promise<{ readonly status: number }> {
  const { origin } = front;
  const isLocal = isOwnMachine(origin);
  const names = isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {};
  return new Promise((resolve, reject) => {
    const asked = (origin.protocol === "https:" ? request : requestPlainly)({
      host: hostOf(front),
      port: portOf(origin),
      path,
      headers: { host: origin.host, ...headers },
      timeout: ANSWER_MS,
      rejectUnauthorized: !isLocal,
      ...names,
    });
    const answered = ({ statusCode = 0 }: { statusCode?: number | undefined }) => {
      asked.destroy();
      resolve({ status: statusCode });
    };
    asked.once("response", answered);
    asked.once("upgrade", (response, socket) => {
      socket.destroy();
      answered(response);
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer")));
    asked.once("error", reject);
    asked.end();
  });
}
