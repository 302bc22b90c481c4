import { MemoryNetwork } from "./memory-peers.ts";
import { peersContract } from "./peers-contract.ts";
import { SteppedClock } from "./stepped-clock.ts";

peersContract(() => {
  const clock = new SteppedClock(0);
  const network = new MemoryNetwork(clock);
  return {
    clock,
    device() {
      const peers = network.device();
      return {
        peers,
        capture: async (sender) => ({ id: sender, sender, stop: () => {} }),
        playing: (call) => peers.calls.get(call)?.playing() ?? [],
        isSending: async (call) => (peers.calls.get(call)?.sending().length ?? 0) > 0,
      };
    },
  };
});
