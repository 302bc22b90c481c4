import { peersContract } from "../core/testing/peers-contract.ts";
import { browserLab } from "./testing/browser-lab.ts";
import { webRtcPeers } from "./webrtc-peers.ts";

peersContract(() => browserLab(webRtcPeers));
