import { ok, type Result, refused } from "@tacit/shared/result";
import type { Capture, CaptureRefusal, Media } from "../core/ports/media.ts";
import type { DeviceChoice } from "./call-devices.ts";
import type { CallStage } from "./call-stage.ts";

/** Microphone, camera and screen of this browser, as the person chose them. */
export function browserMedia(stage: CallStage): Media {
  async function capture(
    sender: "microphone" | "camera",
    ended: (capture: Capture) => void,
  ): Promise<Result<Capture, CaptureRefusal>> {
    const { choice } = stage.devices;
    const taken = await take(() =>
      navigator.mediaDevices.getUserMedia(
        sender === "microphone" ? { audio: microphoneOf(choice) } : { video: cameraOf(choice) },
      ),
    );
    if (!taken.ok) return taken;
    const [track] = taken.value.getTracks();
    if (track === undefined) return refused("none");
    return ok(
      sender === "microphone" && choice.noise === "strong"
        ? await registerVoice(stage, track, ended)
        : register(stage, sender, track, ended),
    );
  }

  return {
    capture,
    async captureScreen(preset, ended) {
      const taken = await take(() => navigator.mediaDevices.getDisplayMedia(screenOf(preset)));
      // Whoever closes the browser's choice is told like whoever was never allowed one.
      if (!taken.ok) return taken.reason === "denied" ? refused("cancelled") : taken;
      const [picture] = taken.value.getVideoTracks();
      const [sound] = taken.value.getAudioTracks();
      if (picture === undefined) return refused("none");
      picture.contentHint = preset === "text" ? "detail" : "motion";
      return ok({
        screen: register(stage, "screen", picture, ended),
        sound: sound && register(stage, "screen-sound", sound, () => {}),
      });
    },
  };
}

function microphoneOf({ microphone, noise }: DeviceChoice): MediaTrackConstraints {
  return {
    ...(microphone !== undefined && { deviceId: { ideal: microphone } }),
    echoCancellation: true,
    autoGainControl: noise !== "off",
    noiseSuppression: noise !== "off",
    channelCount: { ideal: 1 },
  };
}

function cameraOf({ camera, facing }: DeviceChoice): MediaTrackConstraints {
  return {
    ...(camera === undefined ? { facingMode: { ideal: facing } } : { deviceId: { ideal: camera } }),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
}

/** Not yet in TypeScript's DOM library. https://w3c.github.io/mediacapture-screen-share/ */
type ScreenOptions = DisplayMediaStreamOptions & {
  readonly selfBrowserSurface?: "exclude" | "include";
  readonly surfaceSwitching?: "exclude" | "include";
  readonly systemAudio?: "exclude" | "include";
};

/** Text comes in its own size where no other is asked for. */
function screenOf(preset: "text" | "motion"): ScreenOptions {
  const video: MediaTrackConstraints =
    preset === "text"
      ? { frameRate: { ideal: 15, max: 30 } }
      : { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 60, max: 60 } };
  return {
    video,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    // A picture of this very tab shows itself in itself.
    selfBrowserSurface: "exclude",
    surfaceSwitching: "include",
    systemAudio: "include",
  };
}

function register(
  stage: CallStage,
  sender: Capture["sender"],
  track: MediaStreamTrack,
  ended: (capture: Capture) => void,
): Capture {
  const capture = stage.register(sender, track);
  track.addEventListener("ended", () => ended(capture));
  return capture;
}

/** Where the suppression does not start, the browser's own has to do. */
async function registerVoice(
  stage: CallStage,
  source: MediaStreamTrack,
  ended: (capture: Capture) => void,
): Promise<Capture> {
  try {
    const { onlyVoice } = await import("./noise.ts");
    const voice = await onlyVoice(source);
    const capture = stage.register("microphone", voice.track, () => {
      voice.stop();
      source.stop();
    });
    source.addEventListener("ended", () => ended(capture));
    return capture;
  } catch {
    return register(stage, "microphone", source, ended);
  }
}

async function take(ask: () => Promise<MediaStream>): Promise<Result<MediaStream, CaptureRefusal>> {
  try {
    return ok(await ask());
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
function reasonOf(error: unknown): CaptureRefusal {
  if (!(error instanceof DOMException)) return "unsupported";
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "in-use";
    default:
      return "unsupported";
  }
}
