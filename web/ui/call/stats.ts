// What the browser counts of a call, in the words of a person. https://www.w3.org/TR/webrtc-stats/

export type Counted = {
  readonly received: number;
  readonly lost: number;
  readonly jitterS: number;
  readonly roundTripS: number | undefined;
};

export type SentScreen = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Megabits a second, with one decimal. */
  readonly rate: string;
};

type Stat = Readonly<Record<string, unknown>> & { readonly type: string };
type Report = { forEach(each: (stat: Stat) => void): void };

/** Of all that arrives. */
export function readCounted(report: Report): Counted {
  let [received, lost, jitterS] = [0, 0, 0];
  let roundTripS: number | undefined;
  report.forEach((stat) => {
    if (stat.type === "inbound-rtp") {
      received += numberOf(stat["packetsReceived"]);
      lost += numberOf(stat["packetsLost"]);
      jitterS = Math.max(jitterS, numberOf(stat["jitter"]));
    }
    if (stat.type === "candidate-pair" && stat["nominated"] === true && stat["state"] === "succeeded") {
      roundTripS = numberOf(stat["currentRoundTripTime"]);
    }
  });
  return { received, lost, jitterS, roundTripS };
}

/** From what was lost between two counts, and from how late things are. */
export function levelOf(before: Counted, now: Counted): 1 | 2 | 3 | 4 {
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  const share = received + lost === 0 ? 0 : lost / (received + lost);
  const roundTripS = now.roundTripS ?? 0;
  if (share > 0.1 || roundTripS > 0.8) return 1;
  if (share > 0.04 || roundTripS > 0.4 || now.jitterS > 0.1) return 2;
  if (share > 0.01 || roundTripS > 0.2 || now.jitterS > 0.05) return 3;
  return 4;
}

/** The largest picture that leaves: a screen is larger than a camera. */
export function readSentScreen(before: Report | undefined, report: Report): SentScreen | undefined {
  const now = largest(report);
  if (now === undefined) return undefined;
  const earlier = before && largest(before);
  const seconds = earlier === undefined ? 0 : (now.atMs - earlier.atMs) / 1000;
  const bits = earlier === undefined ? 0 : (now.bytes - earlier.bytes) * 8;
  const rate = seconds > 0 ? bits / seconds / 1_000_000 : 0;
  return { width: now.width, height: now.height, fps: Math.round(now.fps), rate: Math.max(0, rate).toFixed(1) };
}

function largest(report: Report) {
  let found: { width: number; height: number; fps: number; bytes: number; atMs: number } | undefined;
  report.forEach((stat) => {
    if (stat.type !== "outbound-rtp" || stat["kind"] !== "video") return;
    const [width, height] = [numberOf(stat["frameWidth"]), numberOf(stat["frameHeight"])];
    if (width === 0 || (found !== undefined && found.width * found.height >= width * height)) return;
    const fps = numberOf(stat["framesPerSecond"]);
    found = { width, height, fps, bytes: numberOf(stat["bytesSent"]), atMs: numberOf(stat["timestamp"]) };
  });
  return found;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
