import { readdirSync, readFileSync } from "node:fs";
import { RelayProcess } from "../relay-process.ts";
import { CRASH_POINTS } from "./crash-points.ts";
import { friends, Person } from "./people.ts";

export type ClientLedger = {
  readonly cycles: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly byPoint: Readonly<Record<string, number>>;
};

/**
 * Kills Alice's whole browser, or her tab alone, at one point after the other, opens it again on its profile, and counts on
 * both screens.
 */
export async function crashClient(
  cycles: number,
  what: "browser" | "tab",
  say: (line: string) => void,
): Promise<ClientLedger> {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  // Over the relay, where a frame can be seen to leave and to come.
  await alice.alwaysRelays();
  await bob.turnTo(alice);
  const byPoint = Object.fromEntries(CRASH_POINTS.map(({ name }) => [name, 0]));
  let [lost, duplicated] = [0, 0];

  for (let cycle = 0; cycle < cycles; cycle++) {
    const point = CRASH_POINTS[cycle % CRASH_POINTS.length];
    if (point === undefined) throw new Error("there is no point to die at");
    const { name, isSending, reach } = point;
    await alice.turnTo(bob);
    const texts = await reach({ alice, bob, text: `cycle ${cycle}: ${name}.` });
    if (what === "tab") await alice.crashTab();
    else await killBrowser(alice);
    await alice.isIn();
    byPoint[name] = (byPoint[name] ?? 0) + 1;

    // What comes after it shows that nothing of it is still on its way.
    await alice.say(bob, `after ${cycle}.`);
    await bob.hears(alice, `after ${cycle}.`);
    await bob.say(alice, `and ${cycle}.`);
    await alice.hears(bob, `and ${cycle}.`);
    for (const text of texts) {
      const [atAlice, atBob] = [await alice.message(text).count(), await bob.message(text).count()];
      // What was not written down when she died was never sent either.
      lost += isSending ? Math.abs(Math.min(1, atAlice) - Math.min(1, atBob)) : Math.max(0, 1 - atAlice);
      duplicated += Math.max(0, atAlice - 1) + Math.max(0, atBob - 1);
      say(`${cycle + 1}: ${name}: ${atAlice} here, ${atBob} there`);
    }
  }
  return { cycles, lost, duplicated, byPoint };
}

async function killBrowser(person: Person): Promise<void> {
  kill(person.profile);
  await person.quit().catch(() => undefined);
  await person.reopen();
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
