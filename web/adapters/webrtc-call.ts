import { fromHex } from "@tacit/shared/bytes";
import type { Clock } from "../core/ports/clock.ts";
import type { Sender } from "../core/ports/media.ts";
import type { CallPeer, PeerEvents, PeerOptions } from "../core/ports/peers.ts";
import type { CallStreams } from "./call-streams.ts";
import type { Captures } from "./captures.ts";
import { type Connect, WebRtcPeer } from "./webrtc-peer.ts";

const MAX_SCREEN_BITS_PER_SECOND = 6_000_000;
/** Tells how loud somebody speaks, outside of the encryption (RFC 6464). */
const LOUDNESS = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/** The four media sections of every call, in this order; whoever calls and whoever is called send on the same ones. */
const SECTIONS: readonly { readonly sender: Sender; readonly kind: "audio" | "video" }[] = [
  { sender: "microphone", kind: "audio" },
  { sender: "camera", kind: "video" },
  { sender: "screen", kind: "video" },
  { sender: "screen-sound", kind: "audio" },
];

/** Not yet in TypeScript's DOM library. https://w3c.github.io/webrtc-extensions/ */
type HeaderExtension = { readonly uri: string; direction: RTCRtpTransceiverDirection };
type WithHeaderExtensions = RTCRtpTransceiver & {
  getHeaderExtensionsToNegotiate?(): HeaderExtension[];
  setHeaderExtensionsToNegotiate?(extensions: readonly HeaderExtension[]): void;
};

/** A call: four senders made empty, so that media starts and stops without a negotiation. */
export function openWebRtcCall(
  connect: Connect,
  clock: Clock,
  options: PeerOptions & { readonly call: string },
  events: PeerEvents,
  captures: Captures,
  streams: CallStreams,
): CallPeer {
  const transceivers = new Map<Sender, RTCRtpTransceiver>();
  const attached = new Map<Sender, MediaStreamTrack>();
  let isPlaying = false;

  const peer = new WebRtcPeer(connect, clock, options, events, {
    kind: "call",
    sections: SECTIONS.map(({ kind }) => kind),
    prepare(connection) {
      if (options.role === "offerer") for (const { kind } of SECTIONS) connection.addTransceiver(kind);
      for (const [at, transceiver] of connection.getTransceivers().entries()) {
        const sender = SECTIONS[at]?.sender;
        if (sender === undefined) continue;
        transceiver.direction = "sendrecv";
        keepLoudness(transceiver);
        if (sender === "screen") preferScreenCodecs(transceiver);
        transceivers.set(sender, transceiver);
        void send(sender);
      }
      show();
    },
    connected: () => {},
    ended() {
      attached.clear();
      streams.forget(options.call);
    },
  });

  async function send(sender: Sender): Promise<void> {
    const transceiver = transceivers.get(sender);
    if (transceiver === undefined) return;
    const track = attached.get(sender) ?? null;
    await transceiver.sender.replaceTrack(track);
    if (sender === "screen" && track !== null) await allowSharpness(transceiver.sender);
  }

  function show(): void {
    if (!isPlaying || transceivers.size === 0) return;
    const shown = [...transceivers].map(
      ([sender, { receiver }]) => [sender, new MediaStream([receiver.track])] as const,
    );
    streams.show(options.call, new Map(shown), () => peer.connection.getStats());
  }

  return {
    signal: (signal) => peer.signal(signal),
    restart: () => peer.restart(),
    reroute: (routing, iceServers) => peer.reroute(routing, iceServers),
    close: () => peer.close(),
    async attach(sender, capture) {
      const track = capture === undefined ? undefined : captures.track(capture);
      if (track === undefined) attached.delete(sender);
      else attached.set(sender, track);
      // A peer that has ended sends nothing any more.
      await send(sender).catch(() => undefined);
    },
    play() {
      isPlaying = true;
      show();
    },
    fingerprints() {
      const prints = peer.fingerprints();
      const toBytes = (print: string) => fromHex(print.replaceAll(":", ""));
      return prints && { ours: toBytes(prints.ours), theirs: toBytes(prints.theirs) };
    },
  };
}

/** Keeps the loudness of our speech to ourselves, where the browser lets us say so. */
function keepLoudness(transceiver: WithHeaderExtensions): void {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.();
  if (extensions === undefined) return;
  for (const extension of extensions) if (extension.uri === LOUDNESS) extension.direction = "stopped";
  transceiver.setHeaderExtensionsToNegotiate?.(extensions);
}

/** AV1 keeps text sharp at the lowest cost; VP8 is what everybody has. */
function preferScreenCodecs(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const rank = ({ mimeType }: RTCRtpCodec) => {
    const at = ["video/av1", "video/vp8"].indexOf(mimeType.toLowerCase());
    return at < 0 ? 2 : at;
  };
  transceiver.setCodecPreferences(codecs.toSorted((a, b) => rank(a) - rank(b)));
}

async function allowSharpness(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = MAX_SCREEN_BITS_PER_SECOND;
  await sender.setParameters(parameters);
}
