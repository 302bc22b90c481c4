import { GtcrnWorkletNode, loadGtcrn } from "@sapphi-red/web-noise-suppressor";
import wasmUrl from "@sapphi-red/web-noise-suppressor/gtcrn.wasm?url";
import workletUrl from "@sapphi-red/web-noise-suppressor/gtcrnWorklet.js?url";

/** What the model was made for. */
const SAMPLE_RATE = 48_000;

/**
 * The same sound with nearly everything taken out that is not a voice, by GTCRN (RNN, in WebAssembly of our own origin).
 * `stop` lets go of it; the source is the caller's.
 */
export async function onlyVoice(
  source: MediaStreamTrack,
): Promise<{ readonly track: MediaStreamTrack; readonly stop: () => void }> {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  try {
    const [wasmBinary] = await Promise.all([loadGtcrn({ url: wasmUrl }), context.audioWorklet.addModule(workletUrl)]);
    const voice = new GtcrnWorkletNode(context, { maxChannels: 1, wasmBinary });
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    context
      .createMediaStreamSource(new MediaStream([source]))
      .connect(voice)
      .connect(destination);
    const [track] = destination.stream.getAudioTracks();
    if (track === undefined) throw new Error("the audio context gave no track");
    return {
      track,
      stop() {
        voice.destroy();
        void context.close();
      },
    };
  } catch (cause) {
    void context.close();
    throw new Error("could not start the noise suppression", { cause });
  }
}
