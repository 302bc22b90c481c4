import type { IceCandidate } from "@tacit/shared/wire/signals";
import type { Routing } from "./ports/peers.ts";

// What a description (RFC 8866) or a candidate (RFC 8839) of a peer may say, and what it never says. Text in, text out:
// every adapter of the port `Peers` follows the same rules.

export type DescriptionFacts = {
  /** Names the negotiation: each offer of ours has a fresh one. */
  readonly fragment: string;
  /** SHA-256 of the sender's DTLS certificate, as upper-case hexadecimal with colons. */
  readonly fingerprint: string;
  /** The kind of each media section, in order. */
  readonly sections: readonly string[];
};

/** What every browser reads as one line; some end a line at a lone CR, too. */
const LINE = /^(?:[a-z]=[\x20-\x7e]*)?$/;
/** Some browsers find these whatever their case and whatever stands before them, and take any of several. */
const FINGERPRINT = /^a=.*fingerprint/i;
const CANDIDATE = /^a=.*candidate/i;

/**
 * `undefined`: not one that we could ever use, or one that a browser might read otherwise than we do. All sections share
 * one transport, so its lines must agree.
 */
export function readDescription(sdp: string): DescriptionFacts | undefined {
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== "v=0" || !lines.every((line) => LINE.test(line))) return undefined;
  if (lines.some((line) => FINGERPRINT.test(line) && !line.startsWith("a=fingerprint:"))) return undefined;
  const fragment = only(valuesOf(lines, "a=ice-ufrag:"));
  const print = only(valuesOf(lines, "a=fingerprint:").map((value) => value.toUpperCase()));
  const [, fingerprint] = /^SHA-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(print ?? "") ?? [];
  if (fragment === undefined || fingerprint === undefined) return undefined;
  const sections = valuesOf(lines, "m=").map((value) => value.split(" ", 1)[0] ?? "");
  return { fragment, fingerprint, sections };
}

/** The same description without any address: candidates travel as signals of their own, behind their filter. */
export function withoutAddresses(sdp: string): string {
  return sdp
    .split(/\r?\n/)
    .filter((line) => !CANDIDATE.test(line))
    .map((line) => {
      if (line.startsWith("c=IN ")) return "c=IN IP4 0.0.0.0";
      if (line.startsWith("a=rtcp:")) return "a=rtcp:9 IN IP4 0.0.0.0";
      return line.replace(/^(m=\S+) \d+ /, "$1 9 ");
    })
    .join("\r\n");
}

/**
 * Opus at a constant bit rate and without pauses in silence: the sizes of the packets would tell what is said. Who sends
 * follows what the receiver's description asks for, so both ends set this in both descriptions.
 */
export function withSteadySpeech(sdp: string): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      const [, type] = /^a=rtpmap:(\d+) opus\//im.exec(section) ?? [];
      if (type === undefined) return section;
      const [, settings = ""] = new RegExp(`^a=fmtp:${type} (.*)$`, "m").exec(section) ?? [];
      const kept = settings
        .split(";")
        .filter((setting) => setting.trim() !== "" && !/^\s*(?:cbr|usedtx)\s*=/.test(setting));
      const steady = `a=fmtp:${type} ${[...kept, "cbr=1", "usedtx=0"].join(";")}`;
      const bare = section.replace(new RegExp(`^a=fmtp:${type} .*\r?\n`, "gm"), "");
      return bare.replace(/^a=rtpmap:\d+ opus\/.*$/im, (line) => `${line}\r\n${steady}`);
    })
    .join("");
}

/** A candidate as it may leave, or `undefined`: whoever is only reachable through TURN tells no address of their own. */
export function permitted(candidate: IceCandidate, routing: Routing): IceCandidate | undefined {
  if (routing === "direct") return candidate;
  if (!/ typ relay(?: |$)/.test(candidate.candidate)) return undefined;
  // The related address of a relayed candidate is the one that TURN sees.
  const bare = candidate.candidate.replace(/ raddr \S+ rport \S+/, " raddr 0.0.0.0 rport 0");
  return { ...candidate, candidate: bare };
}

/** Whether a candidate names an address, or a name that only the local network resolves: looking up others tells who asks. */
export function isAddressed({ candidate }: IceCandidate): boolean {
  const [, address] = /^(?:a=)?candidate:\S+ \d+ \S+ \d+ (\S+) \d+ typ /.exec(candidate) ?? [];
  return (
    address !== undefined &&
    (/^[\d.]+$/.test(address) || /^[\da-f]*:[\da-f:.]*$/i.test(address) || /^[\w-]+\.local$/.test(address))
  );
}

function valuesOf(lines: readonly string[], prefix: string): readonly string[] {
  return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
}

function only(values: readonly string[]): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}
