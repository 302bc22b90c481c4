import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import type { Effort, Figures, Part, Rate } from "./figures.ts";
import { countSyncs, traceSyncs } from "./syncs.ts";

const TOOLS = resolve(import.meta.dirname, "../../../../shared/tools/peers");
/** In tenths of a second, as the script counts: for a port to be up, and what RabbitMQ may need on a busy machine, or under strace. */
const [ITS_PATIENCE, OUR_PATIENCE] = ["seq 200", "seq 1800"] as const;

/** `name`: as peer.sh knows it. `program`: what its Debian package brings. */
export type Peer = { readonly title: string; readonly name: string; readonly program: string };

export const PEERS: readonly Peer[] = [
  { title: "ejabberd", name: "ejabberd-mnesia", program: "/usr/sbin/ejabberdctl" },
  { title: "Prosody", name: "prosody-file", program: "/usr/bin/prosody" },
  { title: "RabbitMQ", name: "rabbitmq", program: "/usr/sbin/rabbitmq-server" },
];

/** Why a peer cannot be measured here; `undefined` where it can. */
export function obstacleTo({ title, program }: Peer): string | undefined {
  if (!existsSync(TOOLS)) return `${title} is left out: ${TOOLS} is not there`;
  if (!existsSync(program)) return `${title} is left out: ${program} is not there (a Debian package)`;
  return process.getuid?.() === 0 ? undefined : `${title} is left out: it is started by root, as its own user`;
}

/** The figures of gen.mjs, by its names. */
const cost = z.object({ otherCpuPct: z.number(), serverCpuSec: z.number() });
const spread = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });
const Measured = z.object({
  t: z.string(),
  error: z.string().optional(),
  idle: z
    .object({
      base_rssMiB: z.number(),
      steps: z.array(
        z.object({ n: z.number(), loginPerSec: z.number(), loginPerCpuSec: z.number(), rssMiB: z.number() }),
      ),
    })
    .optional(),
  latency: cost.extend({ delivery_ms: spread, ack_ms: spread }).optional(),
  saturate: cost.extend({ msgPerSec: z.number(), msgPerServerCpuSec: z.number(), unfinished: z.number() }).optional(),
  offline: z
    .object({
      n: z.number(),
      storePerSec: z.number(),
      storeMsgPerCpuSec: z.number(),
      store: cost,
      drainPerSec: z.number(),
      drained: z.number(),
      drain: cost,
      lost: z.number(),
      dups: z.number(),
    })
    .optional(),
});
type Measured = z.infer<typeof Measured>;

const PHASES: Readonly<Record<Part, string>> = {
  idle: "idle",
  steady: "latency",
  saturated: "saturate",
  away: "offline",
  syncs: "offline",
};

/** Starts the server with the configuration of ../shared/tools/peers, does the parts, and stops it. */
export async function measurePeer(peer: Peer, parts: readonly Part[], effort: Effort): Promise<Figures> {
  const untraced = parts.filter((part) => part !== "syncs");
  const people = Math.max(1_000 + effort.absent, ...(parts.includes("idle") ? effort.crowds : []));
  const figures = untraced.length === 0 ? {} : toFigures(await run(peer, untraced, effort, people));
  if (!parts.includes("syncs")) return figures;
  // Some do not start in time under strace where the machine is busy: what was measured before it stands.
  const traced = await run(
    peer,
    ["syncs"],
    { ...effort, awayMessages: effort.syncedMessages },
    1_000 + effort.absent,
  ).catch(() => undefined);
  return { ...figures, syncs: traced && { calls: traced.calls, messages: effort.syncedMessages } };
}

async function run(
  { title, name }: Peer,
  parts: readonly Part[],
  effort: Effort,
  people: number,
): Promise<Measured & { readonly calls: number }> {
  const folder = mkdtempSync(join(tmpdir(), "tacit-bench-peer-"));
  // The servers run as their own users.
  chmodSync(folder, 0o755);
  const out = join(folder, "measured.json");
  const asked = {
    phases: parts.map((part) => PHASES[part]).join(","),
    ...{ psize: 1_024, rate: effort.perSecond, lsec: effort.steadySeconds, ssec: effort.saturatedSeconds },
    ...{ clients: effort.people, win: effort.window, offn: effort.awayMessages, offr: effort.absent },
    idle: effort.crowds.join(","),
  };
  const words = Object.entries(asked).flatMap(([word, value]) => [`--${word}`, String(value)]);
  const log = join(folder, "calls.strace");
  const [command, ...under] = [...(parts.includes("syncs") ? traceSyncs(log) : []), "bash"];
  const child = spawn(command as string, [...under, patientScript(folder), name, ...words], {
    env: {
      ...process.env,
      ...{ RUN: folder, OUT: out, REG: String(people) },
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  try {
    if (!existsSync(out)) throw new Error(`${title} could not be measured: ${said}${complained}`);
    const measured = Measured.parse(JSON.parse(readFileSync(out, "utf8")));
    if (measured.error !== undefined) throw new Error(`${title} could not be measured: ${measured.error}`);
    return { ...measured, calls: countSyncs(log, Date.parse(measured.t)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A copy of the script that waits longer for a server to start, beside copies of what it reads. */
function patientScript(folder: string): string {
  const [tools, script] = [join(folder, "tools"), join(folder, "tools", "peer.sh")];
  cpSync(TOOLS, tools, { recursive: true });
  chmodSync(script, 0o755);
  writeFileSync(script, readFileSync(script, "utf8").replace(ITS_PATIENCE, OUR_PATIENCE));
  return script;
}

function toFigures({ idle, latency, saturate, offline }: Measured): Figures {
  return {
    idle: idle && {
      emptyMib: idle.base_rssMiB,
      crowds: idle.steps.map(({ n, rssMiB, loginPerSec, loginPerCpuSec }) => ({
        connections: n,
        mib: rssMiB,
        logins: { perSecond: loginPerSec, perCpuSecond: loginPerCpuSec, othersCpuPercent: Number.NaN },
      })),
    },
    steady: latency && {
      delivery: latency.delivery_ms,
      acknowledgement: latency.ack_ms,
      othersCpuPercent: latency.otherCpuPct,
    },
    saturated: saturate && {
      perSecond: saturate.msgPerSec,
      perCpuSecond: saturate.msgPerServerCpuSec,
      unfinished: saturate.unfinished,
      othersCpuPercent: saturate.otherCpuPct,
    },
    away: offline && {
      messages: offline.n,
      stored: toRate(offline.storePerSec, offline.storeMsgPerCpuSec, offline.store.otherCpuPct),
      drained: toRate(offline.drainPerSec, offline.drained / offline.drain.serverCpuSec, offline.drain.otherCpuPct),
      lost: offline.lost,
      doubled: offline.dups,
    },
  };
}

function toRate(perSecond: number, perCpuSecond: number, othersCpuPercent: number): Rate {
  return { perSecond, perCpuSecond: Math.round(perCpuSecond), othersCpuPercent };
}
