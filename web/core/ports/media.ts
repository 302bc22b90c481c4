import type { Result } from "@tacit/shared/result";

export type Sender = "microphone" | "camera" | "screen" | "screen-sound";

/** Something this device records. */
export type Capture = {
  readonly id: string;
  readonly sender: Sender;
  stop(): void;
};
export type CaptureRefusal = "denied" | "none" | "in-use" | "unsupported" | "cancelled";

export type Media = {
  /** Asks the browser, which asks the person. `ended`: the device was unplugged, or sharing was stopped from outside. */
  capture(sender: "microphone" | "camera", ended: (capture: Capture) => void): Promise<Result<Capture, CaptureRefusal>>;
  /** A screen, and its sound where the browser offers it. */
  captureScreen(
    preset: "text" | "motion",
    ended: (capture: Capture) => void,
  ): Promise<Result<{ readonly screen: Capture; readonly sound: Capture | undefined }, CaptureRefusal>>;
};
