import type { Sender } from "@tacit/web/core/ports/media";

export type DeviceKind = "microphone" | "camera" | "speaker";
export type DeviceList = Readonly<Record<DeviceKind, readonly { readonly id: string; readonly name: string }[]>>;
export type DeviceChoice = Readonly<Partial<Record<DeviceKind, string | undefined>>> & {
  readonly noise: "off" | "standard" | "strong";
  readonly facing: "user" | "environment";
  readonly isSetUp: boolean;
};

/** What this tab plays and records: it comes to the screens beside the client, which knows calls but no media. */
export type CallStage = {
  /** Whether the calls of this browser ring and run in this tab. */
  readonly isHere: boolean;
  /** What this device records. */
  own(sender: Sender): MediaStream | undefined;
  /** Calls back at each change of the two above. */
  watch(listener: () => void): () => void;
  readonly streams: {
    of(call: string): ReadonlyMap<Sender, MediaStream>;
    watch(call: string, listener: (streams: ReadonlyMap<Sender, MediaStream>) => void): () => void;
    /** What the browser counts. https://www.w3.org/TR/webrtc-stats/ */
    report(call: string): Promise<RTCStatsReport | undefined>;
  };
  readonly devices: {
    readonly choice: DeviceChoice;
    choose(changes: Partial<DeviceChoice>): void;
    watch(listener: (choice: DeviceChoice) => void): () => void;
    list(): Promise<DeviceList>;
    watchList(listener: () => void): () => void;
  };
};
