// `npm run bench:relay [-- --only NAME,…] [--short]`: the same work against our relay and those who do the same job, one
// after the other on this machine: the server on core 0, the generator on core 1. NAME: a part (idle, steady, saturated,
// away, syncs) or a server (tacit, ejabberd, prosody, rabbitmq). One table, the bars, and a last line of JSON.
import { parseArgs } from "node:util";
import { type Figures, FULL, PARTS, type Part, SHORT } from "./relay/figures.ts";
import { measurePeer, obstacleTo, PEERS } from "./relay/peers.ts";
import { barsOf, type Measured, toBarTable, toTable, verdictOn } from "./relay/report.ts";
import { Tacit } from "./relay/tacit.ts";

const { values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, short: { type: "boolean", default: false } },
});
const effort = values.short ? SHORT : FULL;
const names = new Set(values.only.split(",").filter((name) => name !== ""));
const parts = chosen(PARTS);
const titles = chosen(["tacit", ...PEERS.map(({ title }) => title.toLowerCase())]);
const unknown = [...names].filter((name) => ![...parts, ...titles].some((known) => known === name));
if (unknown.length > 0) throw new Error(`there is no part or server of the name ${unknown.join(", ")}`);

const measured: Measured[] = [];
if (titles.includes("tacit")) measured.push({ title: "Tacit", figures: await measureTacit(parts) });
for (const peer of PEERS.filter(({ title }) => titles.includes(title.toLowerCase()))) {
  const obstacle = obstacleTo(peer);
  if (obstacle !== undefined) say(obstacle);
  else
    await measurePeer(peer, parts, effort).then((figures) => measured.push({ title: peer.title, figures }), sayFailure);
}
const bars = measured[0]?.title === "Tacit" ? barsOf(measured) : [];
say(`\n${toTable(measured)}\n`);
if (bars.length > 0) say(`${toBarTable(bars)}\n`);
const judged = bars.map((bar) => ({ ...bar, verdict: verdictOn(bar) }));
say(
  JSON.stringify({ servers: Object.fromEntries(measured.map(({ title, figures }) => [title, figures])), bars: judged }),
);
process.exit();

async function measureTacit(asked: readonly Part[]): Promise<Figures> {
  using tacit = new Tacit(effort, asked.includes("idle"));
  await tacit.prepare();
  let figures: Figures = {};
  for (const part of asked) figures = { ...figures, ...(await tacit.measure(part)) };
  return figures;
}

/** What `--only` names of these; all where it names none of them. */
function chosen<Name extends string>(all: readonly Name[]): readonly Name[] {
  const named = all.filter((name) => names.has(name));
  return named.length === 0 ? all : named;
}

/** One that does not start keeps nobody else from being measured. */
function sayFailure(failure: unknown): void {
  say(failure instanceof Error ? failure.message : String(failure));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
