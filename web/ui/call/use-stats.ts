import { SECOND_MS } from "@tacit/shared/limits";
import { useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import { type Counted, levelOf, readCounted, readSentScreen, type SentScreen } from "./stats.ts";

const LOOK_EVERY_MS = 2 * SECOND_MS;

/** 4 is good, 1 is bad: of the last two seconds. */
export function useNetworkLevel(call: string | undefined): 1 | 2 | 3 | 4 | undefined {
  const [level, setLevel] = useState<1 | 2 | 3 | 4>();
  useReports(call, () => {
    let before: Counted | undefined;
    return (report) => {
      const now = readCounted(report);
      setLevel(before === undefined ? undefined : levelOf(before, now));
      before = now;
    };
  });
  return call === undefined ? undefined : level;
}

/** What of our screen really leaves. */
export function useSentScreen(call: string): SentScreen | undefined {
  const [sent, setSent] = useState<SentScreen>();
  useReports(call, () => {
    let before: RTCStatsReport | undefined;
    return (report) => {
      setSent(readSentScreen(before, report));
      before = report;
    };
  });
  return sent;
}

/** `listen` makes a listener that may remember the report before. */
function useReports(call: string | undefined, listen: () => (report: RTCStatsReport) => void): void {
  const { calls, clock } = useSurroundings();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the listener of the first render hears every report.
  useEffect(() => {
    if (call === undefined || calls === undefined) return;
    const hear = listen();
    let cancel = () => {};
    let isOver = false;
    const look = async () => {
      const report = await calls.streams.report(call);
      if (isOver) return;
      if (report !== undefined) hear(report);
      cancel = clock.after(LOOK_EVERY_MS, () => void look());
    };
    void look();
    return () => {
      isOver = true;
      cancel();
    };
  }, [call, calls, clock]);
}
