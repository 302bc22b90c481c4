import { expect, test } from "vitest";
import { isLong } from "../extent.ts";
import { MAIN, RelayProcess } from "../relay-process.ts";
import { Chance } from "../simulation/chance.ts";
import { Inspected } from "../soak/inspected.ts";
import { HealthyPair } from "./healthy-pair.ts";
import { decodeMutated } from "./mutated-decoding.ts";
import { sendMutated } from "./mutated-sending.ts";
import { composeOriginals } from "./mutations.ts";

const [DECODED, SENT] = isLong ? [10_000_000, 1_000_000] : [97_000, 3_000];
/** What memory may grow by, in megabytes, once the garbage is collected. */
const GROWTH_MB = 50;

test("RR-1: changed frames of both planes are refused or understood by decoder and schemas, and fell neither", async () => {
  const outcome = decodeMutated(await composeOriginals(), new Chance("frames"), DECODED);

  expect(outcome.packets).toBeGreaterThan(outcome.sound);
  expect(outcome.packets).toBeLessThan(DECODED);
  expect(outcome.sound).toBeGreaterThan(0);
}, 3_600_000);

test("RR-1: changed frames over live connections of both planes fell no relay, and a healthy pair goes on", async () => {
  await using relay = await RelayProcess.start({}, { words: ["--inspect=127.0.0.1:0", MAIN] });
  const { pid } = relay;
  using inside = await Inspected.attach(pid, relay.log);
  await using pair = await HealthyPair.join(relay.origin);
  const originals = await composeOriginals();
  await sendMutated(relay.origin, originals, "warm", 1_000);
  const before = await inside.look();
  let said = 0;

  const { frames, connections, answered } = await sendMutated(relay.origin, originals, "frames", SENT, async () => {
    await pair.talk();
    said += 1;
  });

  expect(relay.pid).toBe(pid);
  expect(relay.log).not.toContain('"level":50');
  expect(frames).toBeGreaterThanOrEqual(SENT);
  expect(answered).toBeGreaterThan(SENT / 10);
  expect(connections).toBeGreaterThan(SENT / 10);
  expect(said).toBeGreaterThanOrEqual(SENT / 1_000 - 1);
  const after = await inside.look();
  expect(after.rssMb - before.rssMb).toBeLessThan(GROWTH_MB);
  expect(after.heapMb - before.heapMb).toBeLessThan(GROWTH_MB / 5);
}, 7_200_000);
