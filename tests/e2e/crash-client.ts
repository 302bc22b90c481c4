import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { friends, Person } from "./people.ts";

/** Where Chromium is killed. The first two while Alice sends, the others while she receives. */
const POINTS = ["Enter was pressed", "a frame left", "a frame came", "it is on the screen"] as const;
type FrameEvent = "Network.webSocketFrameSent" | "Network.webSocketFrameReceived";
type Point = (typeof POINTS)[number];

export type ClientLedger = {
  readonly cycles: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly byPoint: Readonly<Record<Point, number>>;
};

/** Kills Alice's whole browser at one point after the other, opens it again on its profile, and counts on both screens. */
export async function crashClient(cycles: number, say: (line: string) => void): Promise<ClientLedger> {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  // Over the relay, where a frame can be seen to leave and to come.
  await alice.alwaysRelays();
  await bob.turnTo(alice);
  const byPoint: Record<Point, number> = Object.fromEntries(POINTS.map((point) => [point, 0])) as never;
  let [lost, duplicated] = [0, 0];

  for (let cycle = 0; cycle < cycles; cycle++) {
    const point = POINTS[cycle % POINTS.length] ?? POINTS[0];
    const text = `cycle ${cycle}: ${point}.`;
    await alice.turnTo(bob);
    const isSending = point === "Enter was pressed" || point === "a frame left";
    const frame = await nextFrame(
      alice.page,
      isSending ? "Network.webSocketFrameSent" : "Network.webSocketFrameReceived",
    );
    if (isSending) {
      await alice.composer().fill(text);
      await alice.composer().press("Enter");
      if (point === "a frame left") await frame();
    } else {
      await bob.say(alice, text);
      await (point === "a frame came" ? frame() : alice.message(text).waitFor());
    }
    kill(alice.profile);
    await alice.quit().catch(() => undefined);
    await alice.reopen();
    await alice.isIn();
    byPoint[point] += 1;

    // What comes after it shows that nothing of it is still on its way.
    await alice.say(bob, `after ${cycle}.`);
    await bob.hears(alice, `after ${cycle}.`);
    await bob.say(alice, `and ${cycle}.`);
    await alice.hears(bob, `and ${cycle}.`);
    const [atAlice, atBob] = [await alice.message(text).count(), await bob.message(text).count()];
    // What was not written down when she died was never sent either.
    lost += isSending ? Math.abs(Math.min(1, atAlice) - Math.min(1, atBob)) : Math.max(0, 1 - atAlice);
    duplicated += Math.max(0, atAlice - 1) + Math.max(0, atBob - 1);
    say(`${cycle + 1}: ${point}: ${atAlice} here, ${atBob} there`);
  }
  return { cycles, lost, duplicated, byPoint };
}

/** The next frame of any connection of the page. */
async function nextFrame(page: Page, event: FrameEvent): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const seen = new Promise<void>((resolve) => session.once(event, () => resolve()));
  return () => seen;
}

/** SIGKILL to the browser that was started on this profile, and to no other. */
function kill(profile: string): void {
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const words = commandOf(name);
    if (words.includes(`--user-data-dir=${profile}`) && !words.some((word) => word.startsWith("--type="))) {
      process.kill(Number(name), "SIGKILL");
    }
  }
}

function commandOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
