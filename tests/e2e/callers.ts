import { expect, type Page } from "@playwright/test";
import { Meeting, type MeetingOptions } from "./meeting.ts";
import { type Look, Person } from "./people.ts";

type Arrival = Look & { readonly keep?: boolean; readonly handle?: string; readonly invite?: string };

/** Chromium's own moving picture and beeping sound, and nobody asked whether they may be used. */
const FAKE_DEVICES = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];
/** Whatever is asked for, the screen that is shared is the very page: as large as its window. */
export const PAGE_AS_SCREEN = "--use-fake-device-for-media-stream=display-media-type=browser";

/** What a page counts of its calls, all together. */
export type Counts = {
  readonly bytesSent: number;
  readonly framesDecoded: number;
  /** Of what is decoded now. */
  readonly width: number;
  readonly height: number;
  readonly energy: number;
  /** Bytes of sound in all packets of each of our sources that sent any, and in one of them if all are as long. */
  readonly speech: readonly { readonly packets: number; readonly bytes: number; readonly each: number }[];
  readonly candidates: readonly string[];
  /** Types of the two candidates in use. */
  readonly pair: readonly string[];
};

/** Somebody with a camera and a microphone. */
export async function joinCaller(relay: Person["relay"], name: string, options: Arrival = {}): Promise<Person> {
  const person = await Person.join(relay, name, { ...options, ...withDevices(options) });
  await isWatched(person);
  return person;
}

/** Two people who have met, both with a camera and a microphone. */
export async function meetingOfCallers({ alice, bob, ...options }: MeetingOptions = {}): Promise<Meeting> {
  const meeting = await Meeting.again({ ...options, alice: withDevices(alice), bob: withDevices(bob) });
  await Promise.all([isWatched(meeting.alice), isWatched(meeting.bob)]);
  return meeting;
}

function withDevices(look: Look = {}): Look {
  return { ...look, browser: { ...look.browser, arguments: [...FAKE_DEVICES, ...(look.browser?.arguments ?? [])] } };
}

/** From now on the page keeps its connections where they can be counted. */
async function isWatched(person: Person): Promise<void> {
  await person.page.context().addInitScript(rememberPeers);
  await person.reload();
  await person.isIn();
}

/** Presses call, and says yes to what the first call asks. */
export async function call(caller: Person, callee: Person, kind: "voice" | "video", page = caller.page): Promise<void> {
  await caller.turnTo(callee, page);
  const label = kind === "voice" ? `Call ${callee.name}` : `Call ${callee.name} with video`;
  await caller.button(label, page).click();
  const allow = caller.button("Allow microphone", page);
  await expect(allow.or(page.getByRole("region", { name: "Call", exact: true }))).toBeVisible();
  if (!(await allow.isVisible())) return;
  await allow.click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `Call ${callee.name}`, exact: true })
    .click();
}

export function ringing(page: Page, from: Person) {
  return page.getByRole("dialog", { name: from.name });
}

export async function accept(person: Person, from: Person, how = "Accept"): Promise<void> {
  await expect(ringing(person.page, from)).toBeVisible();
  await person.button(how).click();
}

export async function isTalking(...people: readonly Person[]): Promise<void> {
  for (const { page } of people) await expect(page.getByRole("timer", { name: "Duration" })).toBeVisible();
}

export async function counts(page: Page): Promise<Counts> {
  return page.evaluate(async () => {
    const { peers } = globalThis as unknown as { peers: RTCPeerConnection[] };
    const all = { bytesSent: 0, framesDecoded: 0, width: 0, height: 0, energy: 0 };
    const speech: Counts["speech"][number][] = [];
    const candidates: string[] = [];
    const pair: string[] = [];
    for (const peer of peers) {
      // A link has a channel and no media.
      if (peer.getTransceivers().length === 0) continue;
      const report = await peer.getStats();
      for (const stat of report.values()) {
        if (stat.type === "outbound-rtp") all.bytesSent += stat.bytesSent;
        if (stat.type === "outbound-rtp" && stat.kind === "audio" && stat.packetsSent > 0) {
          const [packets, bytes] = [stat.packetsSent, stat.bytesSent];
          speech.push({ packets, bytes, each: bytes / packets });
        }
        if (stat.type === "inbound-rtp" && stat.kind === "video") {
          all.framesDecoded += stat.framesDecoded;
          all.width = Math.max(all.width, stat.frameWidth ?? 0);
          all.height = Math.max(all.height, stat.frameHeight ?? 0);
        }
        if (stat.type === "inbound-rtp" && stat.kind === "audio") all.energy += stat.totalAudioEnergy;
        if (stat.type === "local-candidate") candidates.push(stat.candidateType);
        if (stat.type === "transport" && stat.selectedCandidatePairId !== undefined) {
          const chosen = report.get(stat.selectedCandidatePairId);
          for (const id of [chosen?.localCandidateId, chosen?.remoteCandidateId]) {
            const candidate = report.get(id);
            if (candidate !== undefined) pair.push(candidate.candidateType);
          }
        }
      }
    }
    return { ...all, speech, candidates, pair };
  });
}

/** Sound and, where `frames` is wanted, pictures keep arriving. */
export async function hears(page: Page): Promise<void> {
  const before = (await counts(page)).energy;
  await expect.poll(async () => (await counts(page)).energy).toBeGreaterThan(before + 0.01);
}

/** However loud or silent it is, every packet of sound is as long as every other: their sizes would tell what is said. */
export async function isSteady(page: Page): Promise<void> {
  const sizes = new Set<number>();
  let packets = 0;
  const sent = async () => {
    const { speech } = await counts(page);
    for (const { each } of speech) sizes.add(each);
    packets = speech[0]?.packets ?? 0;
    return packets;
  };
  const first = await sent();
  await expect.poll(sent).toBeGreaterThan(first + 100);
  expect([...sizes]).toEqual([expect.any(Number)]);
  expect([...sizes].every(Number.isInteger)).toBe(true);
}

export async function sees(page: Page, name: string): Promise<void> {
  await expect(page.getByLabel(name)).toBeVisible();
  const before = (await counts(page)).framesDecoded;
  await expect.poll(async () => (await counts(page)).framesDecoded).toBeGreaterThan(before + 10);
}

function rememberPeers(): void {
  const peers: RTCPeerConnection[] = [];
  const Real = RTCPeerConnection;
  Object.assign(globalThis, {
    peers,
    RTCPeerConnection: class extends Real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    },
  });
}
