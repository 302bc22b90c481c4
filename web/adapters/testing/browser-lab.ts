import type { Sender } from "@tacit/web/core/ports/media";
import type { Peers } from "@tacit/web/core/ports/peers";
import type { PeersLab } from "@tacit/web/core/testing/peer-ends";
import { SteppedClock } from "@tacit/web/core/testing/stepped-clock";
import { CallStreams } from "../call-streams.ts";
import { Captures } from "../captures.ts";
import type { Connect } from "../webrtc-peer.ts";

export type Surroundings = {
  readonly clock: SteppedClock;
  readonly captures: Captures;
  readonly streams: CallStreams;
  readonly connect: Connect;
};

/** A laboratory of real peer connections in one page. Media is drawn and synthesised: no camera, no permission. */
export function browserLab(build: (surroundings: Surroundings) => Peers): PeersLab {
  const clock = new SteppedClock(0);
  return {
    clock,
    device() {
      const [captures, streams] = [new Captures(), new CallStreams()];
      const connections: RTCPeerConnection[] = [];
      const connect: Connect = (configuration) => {
        const connection = new RTCPeerConnection(configuration);
        connections.push(connection);
        return connection;
      };
      return {
        peers: build({ clock, captures, streams, connect }),
        capture: async (sender) => captures.register(sender, isAudio(sender) ? tone() : drawing()),
        playing: (call) =>
          [...streams.of(call)].flatMap(([sender, stream]) =>
            stream.getTracks().every(({ muted }) => !muted) ? [sender] : [],
          ),
        async isSending() {
          for (const connection of connections) {
            for (const report of (await connection.getStats()).values()) {
              if (report.type === "outbound-rtp" && report.bytesSent > 0) return true;
            }
          }
          return false;
        },
      };
    },
  };
}

function isAudio(sender: Sender): boolean {
  return sender === "microphone" || sender === "screen-sound";
}

function tone(): MediaStreamTrack {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  void context.resume();
  return onlyTrack(destination.stream);
}

function drawing(): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let frame = 0;
  setInterval(() => {
    frame += 1;
    if (context === null) return;
    context.fillStyle = `hsl(${frame % 360} 80% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 50);
  return onlyTrack(canvas.captureStream(20));
}

function onlyTrack(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks();
  if (track === undefined) throw new Error("no track was made");
  return track;
}
