import { parseArgs } from "node:util";
import { countOf } from "./count-of.ts";
import { decodeMutated } from "./hostile/mutated-decoding.ts";
import { sendMutated } from "./hostile/mutated-sending.ts";
import { composeOriginals } from "./hostile/mutations.ts";
import { MAIN, RelayProcess } from "./relay-process.ts";
import { Chance } from "./simulation/chance.ts";
import { Inspected } from "./soak/inspected.ts";

// `npm run frames -- --decoded 1e7 --sent 1e6 --seed S`: frames that were changed, through the relay's decoder and schemas in this
// process, and over live connections to a relay process. The last line is JSON. What fells either ends this with a failure.

const { values } = parseArgs({
  options: {
    decoded: { type: "string", default: "100000" },
    sent: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const STEP = 100_000;
const [wanted, sending] = [countOf("--decoded", values.decoded), countOf("--sent", values.sent)];
const originals = await composeOriginals();
const chance = new Chance(values.seed);
const startedMs = performance.now();
let [frames, packets, sound] = [0, 0, 0];
while (frames < wanted) {
  const step = decodeMutated(originals, chance, Math.min(STEP, wanted - frames));
  frames += step.frames;
  packets += step.packets;
  sound += step.sound;
  if (frames % (STEP * 10) === 0) console.log(`${frames} decoded`);
}
const decodedMs = performance.now();
await using relay = await RelayProcess.start({}, { words: ["--inspect=127.0.0.1:0", MAIN] });
const { pid } = relay;
using inside = await Inspected.attach(pid, relay.log);
await sendMutated(relay.origin, originals, `warm${values.seed}`, Math.min(1_000, sending));
// Once the garbage is collected.
const before = await inside.look();
const live = await sendMutated(relay.origin, originals, `frames${values.seed}`, sending);
const crashes = relay.pid === pid ? 0 : 1;
const after = await inside.look();
const memoryMb = {
  before: Math.round(before.rssMb),
  after: Math.round(after.rssMb),
  heap: [Math.round(before.heapMb), Math.round(after.heapMb)],
};
const errors = relay.log.split("\n").filter((line) => line.includes('"level":50')).length;
const seconds = {
  decoding: Math.round((decodedMs - startedMs) / 1_000),
  sending: Math.round((performance.now() - decodedMs) / 1_000),
};
console.log(
  JSON.stringify({
    seed: values.seed,
    decoded: { frames, packets, sound },
    sent: live,
    crashes,
    errors,
    memoryMb,
    seconds,
  }),
);
process.exitCode = crashes + errors === 0 ? 0 : 1;
