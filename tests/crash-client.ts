import { parseArgs } from "node:util";
import { countOf } from "./count-of.ts";
import { crashClient } from "./e2e/crash-client.ts";

// `npm run crash:client -- --cycles N [--tab]`: a browser, or a tab of it, that is killed N times. The last line is JSON. It
// needs the built app.

const { values } = parseArgs({
  options: { cycles: { type: "string", default: "4" }, tab: { type: "boolean", default: false } },
});
const what = values.tab ? "tab" : "browser";
const ledger = await crashClient(countOf("--cycles", values.cycles), what, (line) => console.log(line));
console.log(JSON.stringify(ledger));
process.exitCode = ledger.lost + ledger.duplicated === 0 ? 0 : 1;
