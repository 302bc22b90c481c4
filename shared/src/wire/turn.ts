import * as z from "zod/mini";
import { text, timeMs } from "./fields.ts";

// Where a direct connection may be relayed when no other way is found. docs/PROTOCOL.md §8.1.

const MAX_SERVERS = 8;
const MAX_URLS = 8;

/** One TURN server as `RTCConfiguration.iceServers` takes it. The user name is random and names nobody. */
export type TurnServer = {
  /** RFC 7065: `turn:host:port?transport=udp|tcp` or `turns:host:port?transport=tcp`. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
};
/** A browser throws at any other, where nobody catches. */
const url = text(300, 1).check(
  z.regex(/^turns?:(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i),
  z.refine((it) => Number(/:(\d+)(?:\?|$)/.exec(it)?.[1] ?? 0) <= 65_535),
);
const TurnServer: z.ZodMiniType<TurnServer> = z.object({
  urls: z.array(url).check(z.minLength(1), z.maxLength(MAX_URLS)),
  username: text(128, 1),
  credential: text(128, 1),
});

/** `servers` is empty where the relay has none. No allocation can be made with these after `expiresAtMs`; one that was made lasts on. */
export type TurnAnswer = { readonly servers: readonly TurnServer[]; readonly expiresAtMs: number };
export const TurnAnswer: z.ZodMiniType<TurnAnswer> = z.object({
  servers: z.array(TurnServer).check(z.maxLength(MAX_SERVERS)),
  expiresAtMs: timeMs,
});
