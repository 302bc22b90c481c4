import type { Figures, Rate } from "./figures.ts";

/** A server and what was measured of it. The first is ours. */
export type Measured = { readonly title: string; readonly figures: Figures };

/** Above this much of a core for others, rates are compared by CPU time instead of by the clock. */
const QUIET_PERCENT = 20;
const MIB_IN_KIB = 1_024;

/** One thing that is measured of everybody. */
type Row = {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly of: (figures: Figures) => number | undefined;
};
/** What ours must reach, and aims at: `of` compared with a peer's, or for itself. */
export type Bar = {
  readonly name: string;
  readonly measured: number;
  readonly must: number;
  readonly aim: number;
  /** Whether less is better. */
  readonly isMost: boolean;
  readonly unit: string;
};

const [FEW, MANY] = [0, 1] as const;

const ROWS: readonly Row[] = [
  row("delivery at 400/s, p50", "ms", 2, ({ steady }) => steady?.delivery.p50),
  row("  p95", "ms", 2, ({ steady }) => steady?.delivery.p95),
  row("  p99", "ms", 2, ({ steady }) => steady?.delivery.p99),
  row("acknowledgement at 400/s, p50", "ms", 2, ({ steady }) => steady?.acknowledgement.p50),
  row("  p99", "ms", 2, ({ steady }) => steady?.acknowledgement.p99),
  row("  others meanwhile", "% CPU", 0, ({ steady }) => steady?.othersCpuPercent),
  ...rateRows("saturated delivery", ({ saturated }) => saturated),
  ...rateRows("store for absent", ({ away }) => away?.stored),
  ...rateRows("drain", ({ away }) => away?.drained),
  row("lost", "", 0, ({ away }) => away?.lost),
  row("doubled", "", 0, ({ away }) => away?.doubled),
  row("fsyncs per stored message", "", 3, ({ syncs }) => syncs && syncs.calls / syncs.messages),
  row("  one at a time", "", 2, ({ syncsAlone }) => syncsAlone && syncsAlone.calls / syncsAlone.messages),
  row("memory, nobody connected", "MiB", 0, ({ idle }) => idle?.emptyMib),
  row("  1,000 connected", "MiB", 0, ({ idle }) => idle?.crowds[FEW]?.mib),
  row("  5,000 connected", "MiB", 0, ({ idle }) => idle?.crowds[MANY]?.mib),
  row("  per connection", "KiB", 1, kibPerConnection),
  ...rateRows("log-ins", ({ idle }) => idle?.crowds[MANY]?.logins),
];

/** Rows with a figure for somebody; one column each. */
export function toTable(servers: readonly Measured[]): string {
  const cells = ROWS.map(({ name, unit, digits, of }) => [
    name,
    ...servers.map(({ figures }) => toText(of(figures), digits)),
    unit,
  ]).filter((line) => line.slice(1, -1).some((cell) => cell !== ""));
  return align([["", ...servers.map(({ title }) => title), ""], ...cells]);
}

/** The bars of the issue that these figures say something about. */
export function barsOf([ours, ...peers]: readonly Measured[]): readonly Bar[] {
  if (ours === undefined) return [];
  const peer = (title: string) => peers.find((each) => each.title === title)?.figures;
  const [ejabberd, prosody, rabbit] = [peer("ejabberd"), peer("Prosody"), peer("RabbitMQ")];
  const mine = ours.figures;
  const bars = [
    times("store, beside Prosody", mine.away?.stored, prosody?.away?.stored, 4, 8),
    times("store, beside ejabberd", mine.away?.stored, ejabberd?.away?.stored, 6, 10),
    times("store, beside RabbitMQ (durable)", mine.away?.stored, rabbit?.away?.stored, 4, 7),
    times("saturated delivery, beside ejabberd", mine.saturated, ejabberd?.saturated, 1.2, 2),
    times("saturated delivery, beside Prosody", mine.saturated, prosody?.saturated, 3, 5),
    times("drain, beside ejabberd", mine.away?.drained, ejabberd?.away?.drained, 1.2, 2),
    times("log-ins, beside ejabberd", mine.idle?.crowds[MANY]?.logins, ejabberd?.idle?.crowds[MANY]?.logins, 1.5, 2.5),
    most("delivery p50 of ejabberd's", "x", quotient(mine.steady?.delivery.p50, ejabberd?.steady?.delivery.p50), 2, 1),
    most(
      "delivery p99 of ejabberd's",
      "x",
      quotient(mine.steady?.delivery.p99, ejabberd?.steady?.delivery.p99),
      3,
      1.5,
    ),
    most("memory per idle connection", "KiB", kibPerConnection(mine), 40, 27),
    most("memory with 5,000 connections", "MiB", mine.idle?.crowds[MANY]?.mib, 300, 200),
    most("memory with 1,000 connections", "MiB", mine.idle?.crowds[FEW]?.mib, 150, 150),
    most("fsyncs per stored message", "", quotient(mine.syncs?.calls, mine.syncs?.messages), 0.1, 0.1),
    most("lost or doubled", "", mine.away && mine.away.lost + mine.away.doubled, 0, 0),
  ];
  return bars.filter((bar) => bar !== undefined);
}

export function verdictOn({ measured, must, aim, isMost }: Bar): "aim" | "must" | "below" {
  const reaches = (bar: number) => (isMost ? measured <= bar : measured >= bar);
  if (reaches(aim)) return "aim";
  return reaches(must) ? "must" : "below";
}

export function toBarTable(bars: readonly Bar[]): string {
  const verdicts = { aim: "aim reached", must: "must reached", below: "NOT REACHED" };
  const lines = bars.map((bar) => {
    const [digits, sign] = [bar.measured < 10 ? 2 : 0, bar.isMost ? "at most " : ""];
    const bound = (value: number) => `${sign}${value}${bar.unit === "x" ? "x" : ""}`;
    return [
      bar.name,
      `${bar.measured.toFixed(digits)} ${bar.unit}`.trim(),
      bound(bar.must),
      bound(bar.aim),
      verdicts[verdictOn(bar)],
    ];
  });
  return align([["", "measured", "must", "aim", ""], ...lines]);
}

function row(name: string, unit: string, digits: number, of: Row["of"]): Row {
  return { name, unit, digits, of };
}

function rateRows(name: string, of: (figures: Figures) => Rate | undefined): readonly Row[] {
  return [
    row(name, "/s", 0, (figures) => of(figures)?.perSecond),
    row("  per server-CPU-second", "/s", 0, (figures) => of(figures)?.perCpuSecond),
    row("  others meanwhile", "% CPU", 0, (figures) => of(figures)?.othersCpuPercent),
  ];
}

function kibPerConnection({ idle }: Figures): number | undefined {
  const [few, many] = [idle?.crowds[FEW], idle?.crowds[MANY]];
  if (few === undefined || many === undefined) return undefined;
  return ((many.mib - few.mib) * MIB_IN_KIB) / (many.connections - few.connections);
}

/** By the clock where it was quiet for both, else by CPU time. */
function times(name: string, ours?: Rate, theirs?: Rate, must = 0, aim = 0): Bar | undefined {
  if (ours === undefined || theirs === undefined) return undefined;
  const isQuiet = [ours, theirs].every(({ othersCpuPercent }) => othersCpuPercent < QUIET_PERCENT);
  const measured = isQuiet ? ours.perSecond / theirs.perSecond : ours.perCpuSecond / theirs.perCpuSecond;
  return { name: isQuiet ? name : `${name} (per CPU)`, measured, must, aim, isMost: false, unit: "x" };
}

function most(name: string, unit: string, measured: number | undefined, must: number, aim: number): Bar | undefined {
  return measured === undefined ? undefined : { name, measured, must, aim, isMost: true, unit };
}

function quotient(of: number | undefined, by: number | undefined): number | undefined {
  return of === undefined || by === undefined ? undefined : of / by;
}

function toText(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value)
    ? ""
    : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

function align(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}
