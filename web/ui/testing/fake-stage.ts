import type { CallView } from "@tacit/web/core/call-view";
import type { Sender } from "@tacit/web/core/ports/media";
import type { CallStage, DeviceChoice } from "../call/stage.ts";
import { fakeCall } from "./fake-calls.ts";

/** Pictures that are painted here, and devices that are not there. */
export function fakeStage(): CallStage {
  const theirs = new Map<Sender, MediaStream>([
    ["camera", paint(640, 360, "oklch(0.6 0.09 60)")],
    ["screen", paint(1280, 720, "oklch(0.9 0.02 240)")],
  ]);
  const own = paint(480, 360, "oklch(0.55 0.08 150)");
  let choice: DeviceChoice = { noise: "standard", facing: "user", isSetUp: !location.search.includes("setup") };
  const listeners = new Set<(choice: DeviceChoice) => void>();
  return {
    isHere: !location.search.includes("elsewhere"),
    own: (sender) => (sender === "camera" ? own : undefined),
    watch: () => () => {},
    streams: {
      of: () => theirs,
      watch(_call, listener) {
        listener(theirs);
        return () => {};
      },
      report: async () => undefined,
    },
    devices: {
      get choice() {
        return choice;
      },
      choose(changes) {
        choice = { ...choice, ...changes };
        for (const listener of listeners) listener(choice);
      },
      watch(listener) {
        listeners.add(listener);
        listener(choice);
        return () => void listeners.delete(listener);
      },
      list: async () => ({
        microphone: [{ id: "a", name: "Desk microphone" }],
        camera: [{ id: "b", name: "Camera of the laptop" }],
        speaker: [{ id: "c", name: "Headphones" }],
      }),
      watchList: () => () => {},
    },
  };
}

/** By the name of a state, for `?call=`. */
export function callOf(state: string | null, nowMs: number): CallView | undefined {
  const live = { phase: "live", path: "direct", sinceMs: nowMs - 83_000, code: [3, 17, 42, 60] } as const;
  const all = { microphone: true, camera: true, screen: false } as const;
  switch (state) {
    case null:
      return undefined;
    case "incoming-video":
      return fakeCall({ isVideo: true });
    case "live":
      return fakeCall(live);
    case "video":
      return fakeCall({ ...live, isVideo: true, theirs: all, own: { microphone: "on", camera: "on", screen: "off" } });
    case "screen":
      return fakeCall({ ...live, theirs: { ...all, screen: true } });
    case "sharing":
      return fakeCall({ ...live, path: "relayed", own: { microphone: "muted", camera: "on", screen: "on" } });
    case "reconnecting":
      return fakeCall({ ...live, phase: "reconnecting", theirs: all });
    case "no-answer":
      return fakeCall({ phase: "ended", isMine: true, end: { reason: "no-answer", durationMs: undefined } });
    case "code":
      return fakeCall({ phase: "ended", isMine: true, end: { reason: "code", durationMs: 9_000 } });
    case "key-changed":
      return fakeCall({ phase: "ended", end: { reason: "key-changed", durationMs: 83_000 } });
    case "calling":
      return fakeCall({ phase: "calling", isMine: true });
    default:
      return fakeCall({});
  }
}

function paint(width: number, height: number, colour: string): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "white";
    context.font = `${height / 8}px sans-serif`;
    context.fillText(`${width} × ${height}`, width / 4, height / 2);
  }
  return canvas.captureStream(5);
}
