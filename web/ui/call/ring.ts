// Sounds made of oscillators: nobody's recording, and nothing to download.

type Tone = { readonly hz: number; readonly atMs: number; readonly ms: number };

const INCOMING: readonly Tone[] = [
  { hz: 659.3, atMs: 0, ms: 180 },
  { hz: 784, atMs: 200, ms: 180 },
  { hz: 987.8, atMs: 400, ms: 320 },
  { hz: 784, atMs: 900, ms: 180 },
  { hz: 987.8, atMs: 1100, ms: 420 },
];
const OUTGOING: readonly Tone[] = [{ hz: 440, atMs: 0, ms: 1000 }];
const ENDED: readonly Tone[] = [
  { hz: 494, atMs: 0, ms: 140 },
  { hz: 370, atMs: 160, ms: 240 },
];
const TEST: readonly Tone[] = INCOMING.slice(0, 3);

export type Melody = "incoming" | "outgoing" | "ended" | "test";

const MELODIES = {
  incoming: { tones: INCOMING, loudness: 0.22, everyMs: 3000 },
  outgoing: { tones: OUTGOING, loudness: 0.05, everyMs: 4000 },
  ended: { tones: ENDED, loudness: 0.12, everyMs: undefined },
  test: { tones: TEST, loudness: 0.2, everyMs: undefined },
} as const satisfies Record<Melody, { tones: readonly Tone[]; loudness: number; everyMs: number | undefined }>;

/** Longer than anything rings. */
const MOST_MS = 70_000;

/**
 * Plays a melody, again and again where it is one that rings, until the answer is called. A browser that wants a gesture
 * first stays silent until there is one. `speaker`: where it plays, if the browser can choose.
 */
export function play(melody: Melody, speaker?: string | undefined): () => void {
  const { tones, loudness, everyMs } = MELODIES[melody];
  const context = new AudioContext();
  void toSpeaker(context, speaker);
  const times = everyMs === undefined ? 1 : Math.ceil(MOST_MS / everyMs);
  for (let n = 0; n < times; n++) {
    for (const tone of tones) sound(context, tone, loudness, (n * (everyMs ?? 0)) / 1000);
  }
  const wake = () => void context.resume();
  if (context.state === "suspended") document.addEventListener("pointerdown", wake, { once: true });
  return () => {
    document.removeEventListener("pointerdown", wake);
    void context.close();
  };
}

function sound(context: AudioContext, { hz, atMs, ms }: Tone, loudness: number, afterS: number): void {
  const startS = context.currentTime + afterS + atMs / 1000;
  const endS = startS + ms / 1000;
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, startS);
  gain.gain.linearRampToValueAtTime(loudness, startS + 0.02);
  gain.gain.exponentialRampToValueAtTime(loudness / 100, endS);
  const tone = new OscillatorNode(context, { type: "triangle", frequency: hz });
  tone.connect(gain).connect(context.destination);
  tone.start(startS);
  tone.stop(endS);
}

/** Not in every browser, and not yet in TypeScript's DOM library. */
export async function toSpeaker(player: object, speaker: string | undefined): Promise<void> {
  if (speaker === undefined || !canPickSpeaker(player)) return;
  await player.setSinkId(speaker).catch(() => undefined);
}

export function canPickSpeaker(player: object): player is { setSinkId(id: string): Promise<void> } {
  return "setSinkId" in player && typeof player.setSinkId === "function";
}
