import type { CaptureRefusal } from "@tacit/web/core/ports/media";
import { useCallback, useEffect, useRef, useState } from "react";
import { useDeviceChoice } from "./use-stage.ts";

/** One's own microphone or camera, for this screen only: it ends with it, and goes nowhere else. */
export function usePreview(source: "microphone" | "camera") {
  const choice = useDeviceChoice();
  const [stream, setStream] = useState<MediaStream>();
  const [refusal, setRefusal] = useState<CaptureRefusal>();
  const current = useRef<MediaStream>(undefined);
  const isGone = useRef(false);

  const stop = useCallback(() => {
    for (const track of current.current?.getTracks() ?? []) track.stop();
    current.current = undefined;
  }, []);

  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      stop();
    };
  }, [stop]);

  async function open(): Promise<void> {
    const device = choice?.[source];
    const wanted = device === undefined ? true : { deviceId: { ideal: device } };
    setRefusal(undefined);
    try {
      const taken = await navigator.mediaDevices.getUserMedia(
        source === "microphone" ? { audio: wanted } : { video: wanted },
      );
      stop();
      current.current = taken;
      if (isGone.current) stop();
      else setStream(taken);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      setRefusal(name === "NotAllowedError" ? "denied" : name === "NotFoundError" ? "none" : "in-use");
    }
  }

  // The choice of the device is in the next render.
  const [wish, setWish] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish opens once, with what is chosen by then.
  useEffect(() => {
    if (wish > 0) void open();
  }, [wish]);

  const start = () => setWish((before) => before + 1);
  return {
    stream,
    refusal,
    start,
    restart: () => {
      if (stream !== undefined) start();
    },
  };
}
