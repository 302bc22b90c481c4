import type { Bytes } from "@tacit/shared/bytes";
import { KIB, MAX_CHANNEL_MESSAGE_BYTES } from "@tacit/shared/limits";
import type { Clock } from "../core/ports/clock.ts";
import type { ChannelEvents, ChannelPeer, PeerOptions } from "../core/ports/peers.ts";
import { type Connect, WebRtcPeer } from "./webrtc-peer.ts";

const HIGH_WATER_BYTES = KIB * KIB;
const LOW_WATER_BYTES = 256 * KIB;

/** One ordered, reliable channel, agreed on beforehand: both ends make number 0, and any other is closed. */
export function openWebRtcChannel(
  connect: Connect,
  clock: Clock,
  options: PeerOptions,
  events: ChannelEvents,
): ChannelPeer {
  let channel: RTCDataChannel | undefined;
  let isConnected = false;
  let isFull = false;
  let isTold = false;

  const peer: WebRtcPeer = new WebRtcPeer(connect, clock, options, events, {
    kind: "channel",
    sections: ["application"],
    prepare(connection) {
      channel = connection.createDataChannel("tacit", { negotiated: true, id: 0 });
      channel.binaryType = "arraybuffer";
      channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
      channel.onopen = tellOpen;
      channel.onclose = () => peer.close();
      channel.onmessage = ({ data }) => {
        if (!(data instanceof ArrayBuffer) || data.byteLength > MAX_CHANNEL_MESSAGE_BYTES) return;
        tellOpen();
        events.message(new Uint8Array(data));
      };
      channel.onbufferedamountlow = () => {
        if (!isFull) return;
        isFull = false;
        events.writable();
      };
      connection.ondatachannel = (other) => other.channel.close();
    },
    connected() {
      isConnected = true;
      tellOpen();
    },
    ended: () => channel?.close(),
  });

  /** The path is said first, then that it is open, then what came. */
  function tellOpen(): void {
    if (isTold || !isConnected || channel?.readyState !== "open") return;
    isTold = true;
    events.open();
  }

  return {
    signal: (signal) => peer.signal(signal),
    restart: () => peer.restart(),
    reroute: (routing, iceServers) => peer.reroute(routing, iceServers),
    close: () => peer.close(),
    send(message: Bytes) {
      if (message.length > MAX_CHANNEL_MESSAGE_BYTES) throw new RangeError("too large for the channel");
      if (channel?.readyState !== "open") return false;
      if (channel.bufferedAmount > HIGH_WATER_BYTES) {
        isFull = true;
        return false;
      }
      channel.send(message);
      return true;
    },
  };
}
