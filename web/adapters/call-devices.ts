import * as z from "zod/mini";

const KEPT = "tacit-call-devices";

const Choice = z.object({
  microphone: z.optional(z.string()),
  camera: z.optional(z.string()),
  speaker: z.optional(z.string()),
  noise: z._default(z.enum(["off", "standard", "strong"]), "standard"),
  facing: z._default(z.enum(["user", "environment"]), "user"),
  /** The person has seen what calls need. */
  isSetUp: z._default(z.boolean(), false),
});
/** What the person picked on this device. Absent: what the system uses. */
export type DeviceChoice = z.infer<typeof Choice>;
export type DeviceKind = "microphone" | "camera" | "speaker";
export type DeviceList = Readonly<Record<DeviceKind, readonly { readonly id: string; readonly name: string }[]>>;

const KINDS = { audioinput: "microphone", videoinput: "camera", audiooutput: "speaker" } as const;

/** Microphones, cameras and speakers: which there are, and which one is used. Remembered in this browser. */
export class CallDevices {
  #choice = readKept();
  readonly #listeners = new Set<(choice: DeviceChoice) => void>();

  get choice(): DeviceChoice {
    return this.#choice;
  }

  choose(changes: Partial<DeviceChoice>): void {
    this.#choice = { ...this.#choice, ...changes };
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.#choice));
    } catch {
      // A browser that keeps nothing: it holds for this page.
    }
    for (const listener of this.#listeners) listener(this.#choice);
  }

  /** Calls back with the present choice, then with each later one. */
  watch(listener: (choice: DeviceChoice) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#choice);
    return () => void this.#listeners.delete(listener);
  }

  /** Names are empty until the browser has given one of them. */
  async list(): Promise<DeviceList> {
    const found: Record<DeviceKind, { id: string; name: string }[]> = { microphone: [], camera: [], speaker: [] };
    for (const { kind, deviceId, label } of (await navigator.mediaDevices?.enumerateDevices()) ?? []) {
      if (deviceId !== "" && deviceId !== "default") found[KINDS[kind]].push({ id: deviceId, name: label });
    }
    return found;
  }

  /** A device was plugged in or out. */
  watchList(listener: () => void): () => void {
    navigator.mediaDevices?.addEventListener("devicechange", listener);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", listener);
  }
}

function readKept(): DeviceChoice {
  const fallback = Choice.parse({});
  try {
    const parsed = Choice.safeParse(JSON.parse(localStorage.getItem(KEPT) ?? "{}"));
    return parsed.success ? parsed.data : fallback;
  } catch {
    return fallback;
  }
}
