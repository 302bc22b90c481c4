import { setTimeout } from "node:timers/promises";
import { expect, type Page } from "@playwright/test";
import { accept, call, counts, hears, isTalking, joinCaller, sees } from "../e2e/callers.ts";
import { friends, type Person } from "../e2e/people.ts";
import type { Home, Laboratory } from "./laboratory.ts";

const LOOK_EVERY_MS = 250;
/** Less than this between two looks is the end of what was buffered, not sound. */
const SILENT = 1e-4;
const STEADY_LOOKS = 8;
const PATIENCE_MS = 60_000;

/** How media goes between the two: as the browser that reports it sees it. */
export type Way = {
  readonly types: readonly string[];
  readonly relayProtocol: string | undefined;
  /** The address of the end that is the browser's own. */
  readonly local: string | undefined;
};

/** Somebody in a home of the laboratory, with a camera and a microphone that are made up. */
function joinFrom(home: Home, laboratory: Laboratory, name: string): Promise<Person> {
  return joinCaller(laboratory, name, {
    invite: laboratory.invite,
    // The laboratory signs its own certificate.
    browser: { executablePath: laboratory.browserOf(home), arguments: ["--ignore-certificate-errors"] },
  });
}

/** Two contacts, each at home. */
export async function neighbours(laboratory: Laboratory): Promise<readonly [Person, Person]> {
  const alice = await joinFrom("A", laboratory, "Alice");
  const bob = await joinFrom("B", laboratory, "Bob");
  await friends(alice, bob);
  return [alice, bob];
}

/** A video call that both hear and see. */
export async function talk(alice: Person, bob: Person): Promise<void> {
  await call(alice, bob, "video");
  await accept(bob, alice, "Accept with video");
  await isTalking(alice, bob);
  await hears(alice.page);
  await hears(bob.page);
  await sees(bob.page, "Video of Alice");
}

/** A link between the two that only the TURN server carries, and what is written goes by it. */
export async function writeByTurn(alice: Person, bob: Person): Promise<void> {
  await bob.turnTo(alice);
  await alice.turnTo(bob);
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole("img", { name: "Connected by way of the server" })).toBeVisible({
      timeout: PATIENCE_MS,
    });
  }
  await alice.say(bob, "by way of the server");
  await bob.hears(alice, "by way of the server");
  await alice.marks(bob, "by way of the server", /Read|Delivered/);
  await expect(alice.message("by way of the server").getByText("through the relay")).toBeAttached();
}

/** The ways of all connected peers of a page. */
export async function waysOf(page: Page): Promise<readonly Way[]> {
  return page.evaluate(async () => {
    const { peers } = globalThis as unknown as { peers: RTCPeerConnection[] };
    const ways = [];
    for (const peer of peers) {
      if (peer.connectionState !== "connected" || peer.getTransceivers().length === 0) continue;
      const report = await peer.getStats();
      for (const stat of report.values()) {
        if (stat.type !== "transport" || stat.selectedCandidatePairId === undefined) continue;
        const pair = report.get(stat.selectedCandidatePairId);
        const [local, remote] = [report.get(pair?.localCandidateId), report.get(pair?.remoteCandidateId)];
        ways.push({
          types: [local?.candidateType, remote?.candidateType],
          relayProtocol: local?.relayProtocol,
          local: local?.address,
        });
      }
    }
    return ways;
  });
}

/** Waits until sound that was cut off flows again, steadily; answers for how long there was none, in ms. */
export async function silenceOf(page: Page): Promise<number> {
  const startMs = performance.now();
  let [energy, lastSoundMs, longestMs, steady] = [(await counts(page)).energy, startMs, 0, 0];
  while (performance.now() - startMs < PATIENCE_MS) {
    await setTimeout(LOOK_EVERY_MS);
    const now = (await counts(page)).energy;
    const nowMs = performance.now();
    // The made-up microphone beeps once a second.
    if (now - energy > SILENT) {
      longestMs = Math.max(longestMs, nowMs - lastSoundMs);
      lastSoundMs = nowMs;
      steady += 1;
    } else if (nowMs - lastSoundMs > 2_000) steady = 0;
    energy = now;
    if (steady >= STEADY_LOOKS && longestMs > 1_500) return longestMs;
  }
  throw new Error("the sound never came back");
}

export async function isRelayed(pages: readonly Page[]): Promise<string | undefined> {
  let protocol: string | undefined;
  await expect
    .poll(async () => {
      const ways = (await Promise.all(pages.map(waysOf))).flat();
      // Behind a symmetric router only one end calls its own candidate a relayed one.
      protocol = ways.find((way) => way.relayProtocol !== undefined)?.relayProtocol;
      return ways.some(({ types }) => types.includes("relay"));
    })
    .toBe(true);
  return protocol;
}

export async function isDirect(page: Page): Promise<void> {
  await expect
    .poll(async () => (await waysOf(page)).some(({ types }) => types.every((type) => type !== "relay")))
    .toBe(true);
}
