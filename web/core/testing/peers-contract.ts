import { callPeersContract } from "./call-peers-contract.ts";
import { channelPeersContract } from "./channel-peers-contract.ts";
import type { PeersLab } from "./peer-ends.ts";
import { peerSignalsContract } from "./peer-signals-contract.ts";

/** Registers what every adapter of `Peers` must do. */
export function peersContract(build: () => PeersLab): void {
  channelPeersContract(build);
  peerSignalsContract(build);
  callPeersContract(build);
}
