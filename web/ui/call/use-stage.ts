import type { Sender } from "@tacit/web/core/ports/media";
import { useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import type { DeviceChoice } from "./stage.ts";

const NOTHING: ReadonlyMap<Sender, MediaStream> = new Map();

/** Whether calls ring and run in this tab; false too where there are none. */
export function useIsHere(): boolean {
  const { calls } = useSurroundings();
  const [isHere, setHere] = useState(calls?.isHere ?? false);
  useEffect(() => {
    const look = () => setHere(calls?.isHere ?? false);
    look();
    return calls?.watch(look);
  }, [calls]);
  return isHere;
}

/** What this device records for one sender. */
export function useOwnStream(sender: Sender): MediaStream | undefined {
  const { calls } = useSurroundings();
  const [stream, setStream] = useState(() => calls?.own(sender));
  useEffect(() => {
    const look = () => setStream(calls?.own(sender));
    look();
    return calls?.watch(look);
  }, [calls, sender]);
  return stream;
}

/** What arrives in a call. */
export function useTheirStreams(call: string): ReadonlyMap<Sender, MediaStream> {
  const { calls } = useSurroundings();
  const [streams, setStreams] = useState(() => calls?.streams.of(call) ?? NOTHING);
  useEffect(() => calls?.streams.watch(call, setStreams), [calls, call]);
  return streams;
}

export function useDeviceChoice(): DeviceChoice | undefined {
  const { calls } = useSurroundings();
  const [choice, setChoice] = useState(() => calls?.devices.choice);
  useEffect(() => calls?.devices.watch(setChoice), [calls]);
  return choice;
}
