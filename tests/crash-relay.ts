import { parseArgs } from "node:util";
import { countOf } from "./count-of.ts";
import { crashRelay } from "./hostile/crash-relay.ts";

// `npm run crash:relay -- --cycles N [--seed S]`: a relay under load that is killed N times. The last line is JSON.

const { values } = parseArgs({
  allowPositionals: true,
  options: { cycles: { type: "string", default: "30" }, seed: { type: "string", default: "1" } },
});
const startedMs = performance.now();
const ledger = await crashRelay(countOf("--cycles", values.cycles), values.seed, 20, (line) => console.log(line));
const seconds = Math.round((performance.now() - startedMs) / 1_000);
console.log(JSON.stringify({ ...ledger, seconds }));
process.exitCode = ledger.lost + ledger.duplicated + ledger.outOfOrder === 0 ? 0 : 1;
