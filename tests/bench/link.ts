// `npm run bench:link [messages] [megabytes]`: two real browsers and a real relay on this machine. How long from Enter until the message is
// on the other screen, and until it is marked as sent (arrived on their device, or durable at the relay): directly and
// through the relay in one run, in turns, medians. And how long from opening a conversation to an open link, and how fast a
// file goes (transfer.ts). First how soon two who call each other see each other (first-frame.ts).
import { expect } from "@playwright/test";
import { countOf } from "../count-of.ts";
import { friends, Person } from "../e2e/people.ts";
import { RelayProcess } from "../relay-process.ts";
import { measureFirstFrames } from "./first-frame.ts";
import { measureTransfer } from "./transfer.ts";

const ROUNDS = 3;
const CALLS = 7;
const messages = countOf("messages", process.argv[2] ?? "10");
const megabytes = countOf("megabytes", process.argv[3] ?? "200");
const BAR = 0.8;

await using relay = await RelayProcess.start();
const { fromClick, fromAccept } = await measureFirstFrames(relay, CALLS);
process.stdout.write(
  `a video call: the first picture ${median(fromClick)} ms after the click, ${median(fromAccept)} ms after the accept, at both\n`,
);
await using alice = await Person.join(relay, "Alice");
await using bob = await Person.join(relay, "Bob");
await friends(alice, bob);
await bob.turnTo(alice);
await alice.turnTo(bob);

const seen = { direct: [] as number[], relay: [] as number[] };
const sent = { direct: [] as number[], relay: [] as number[] };
const opened: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  await choose("Always use the relay");
  await expect(link()).toHaveCount(0);
  await talk("relay", round);
  const startedAt = performance.now();
  await choose("Allow direct");
  await alice.page.waitForSelector('[aria-label="Connected directly"]', { timeout: 120_000 });
  opened.push(performance.now() - startedAt);
  await talk("direct", round);
}
for (const way of ["relay", "direct"] as const) {
  process.stdout.write(`${way}: on their screen after ${median(seen[way])} ms, sent after ${median(sent[way])} ms\n`);
}
process.stdout.write(`from the click to an open link: ${median(opened)} ms\n`);
const { file, bare } = await measureTransfer(alice, bob, megabytes, ROUNDS);
const mbPerSecond = (bytesPerSecond: number) => `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`;
process.stdout.write(
  `a file of ${megabytes} MB: ${mbPerSecond(file)}, a bare channel: ${mbPerSecond(bare)}, ${(file / bare).toFixed(2)} of it\n`,
);
if (file < BAR * bare) process.exitCode = 1;

async function talk(way: "direct" | "relay", round: number): Promise<void> {
  for (let n = -2; n < messages; n++) {
    const text = `${way} ${round} ${n + 2} of ${messages}`;
    await alice.composer().fill(text);
    const [atBob, atAlice] = [appears(bob, text, ""), appears(alice, text, "Sent|Delivered|Read")];
    const pressedAt = await alice.page.evaluate(() => performance.timeOrigin + performance.now());
    await alice.composer().press("Enter");
    const [seenAt, sentAt] = await Promise.all([atBob, atAlice]);
    if (n < 0) continue;
    seen[way].push(seenAt - pressedAt);
    sent[way].push(sentAt - pressedAt);
  }
}

/** When a row with these words is there, by the clock of its page. */
function appears({ page }: Person, text: string, mark: string): Promise<number> {
  return page.evaluate(
    ([words, wanted]) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const rows = [...document.querySelectorAll("[data-message-key]")];
          const row = rows.find((one) => one.getAttribute("aria-label")?.includes(words ?? ""));
          if (row === undefined || !new RegExp(wanted ?? "").test(row.getAttribute("aria-label") ?? "")) return false;
          resolve(performance.timeOrigin + performance.now());
          return true;
        };
        if (look()) return;
        const observer = new MutationObserver(() => look() && observer.disconnect());
        observer.observe(document.body, { subtree: true, childList: true, attributes: true });
      }),
    [text, mark],
  );
}

async function choose(choice: string): Promise<void> {
  const radio = alice.page.getByRole("radio", { name: choice });
  if (!(await radio.isVisible())) await alice.page.getByRole("link", { name: "Contact details" }).click();
  await radio.click();
}

function link() {
  return alice.page.getByRole("img", { name: "Connected directly" });
}

function median(times: readonly number[]): string {
  return (times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN).toFixed(1);
}
