import type { Clock } from "../core/ports/clock.ts";
import type { Peers } from "../core/ports/peers.ts";
import type { CallStreams } from "./call-streams.ts";
import type { Captures } from "./captures.ts";
import { openWebRtcCall } from "./webrtc-call.ts";
import { openWebRtcChannel } from "./webrtc-channel.ts";
import type { Connect } from "./webrtc-peer.ts";

/** Peers by the browser's own RTCPeerConnection. docs/decisions/0013. */
export function webRtcPeers(surroundings: {
  readonly clock: Clock;
  readonly captures: Captures;
  readonly streams: CallStreams;
  readonly connect?: Connect | undefined;
}): Peers {
  const { clock, captures, streams, connect = (configuration) => new RTCPeerConnection(configuration) } = surroundings;
  return {
    openChannel: (options, events) => openWebRtcChannel(connect, clock, options, events),
    openCall: (options, events) => openWebRtcCall(connect, clock, options, events, captures, streams),
  };
}
