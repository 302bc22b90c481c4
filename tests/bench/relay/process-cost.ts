import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** What a phase cost. Percentages are of one core. */
export type Cost = {
  readonly seconds: number;
  readonly serverCpuSeconds: number;
  readonly generatorCpuPercent: number;
  /** Of whatever else this machine does. */
  readonly othersCpuPercent: number;
};

/** CPU seconds and memory of a process and all that it started. Memory is the PSS: shared pages count once. */
export function costOf(pid: number): { readonly cpuSeconds: number; readonly mib: number } {
  const pids = treeOf(pid);
  const sum = (of: (pid: number) => number) => pids.reduce((total, each) => total + of(each), 0);
  return { cpuSeconds: sum(cpuSecondsOf), mib: sum(mibOf) };
}

/** Begins to measure; the answer ends it. */
export function beginCost(pid: number): () => Cost {
  const [startedMs, own, server, all] = [performance.now(), process.cpuUsage(), costOf(pid).cpuSeconds, machineCpu()];
  return () => {
    const seconds = (performance.now() - startedMs) / 1_000;
    const { user, system } = process.cpuUsage(own);
    const generator = (user + system) / 1e6;
    const serverCpuSeconds = costOf(pid).cpuSeconds - server;
    const others = Math.max(0, machineCpu() - all - serverCpuSeconds - generator);
    const percent = (cpu: number) => Math.round((100 * cpu) / seconds);
    return {
      seconds,
      serverCpuSeconds,
      generatorCpuPercent: percent(generator),
      othersCpuPercent: percent(others),
    };
  };
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(fieldsOf(Number(name))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Of /proc/PID/stat, from the state on; none where the process is gone. */
function fieldsOf(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function cpuSecondsOf(pid: number): number {
  const [user = 0, system = 0] = fieldsOf(pid).slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

function mibOf(pid: number): number {
  const [, kib = 0] = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kib) / KIB_PER_MIB;
}

/** Everything but idling and waiting for the disk. */
function machineCpu(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    read("/proc/stat").slice(0, 200).split("\n")[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
