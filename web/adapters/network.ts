import { SECOND_MS } from "@tacit/shared/limits";
import type { Clock } from "../core/ports/clock.ts";
import { systemClock } from "./system-clock.ts";

/** What the device knows of its network. A browser may keep a dead socket open for most of a minute. */
export type Network = {
  /** Calls back at each change with whether there is a network; the answer ends that. */
  watch(listener: (isUp: boolean) => void): () => void;
};

/** Not in every browser: https://wicg.github.io/netinfo/. `type`: wifi, cellular, ethernet; absent at most desks. */
export type NetworkInformation = EventTarget & { readonly type?: string | undefined };

/** A browser that does not say its kind of network tells each new estimate of its speed in the same breath. */
const ESTIMATES_EVERY_MS = 30 * SECOND_MS;

/**
 * The network goes and comes, or is another one without having gone: from Wi-Fi to a cable, or to the telephone's own.
 * `window`: where "online" and "offline" are heard.
 */
export function networkOf(window: EventTarget, connection: NetworkInformation | undefined, clock: Clock): Network {
  return {
    watch(listener) {
      const onUp = () => listener(true);
      const onDown = () => listener(false);
      let before = connection?.type;
      let toldMs = clock.nowMs();
      const onChange = () => {
        const type = connection?.type;
        const isOther = type === undefined ? clock.nowMs() - toldMs >= ESTIMATES_EVERY_MS : type !== before;
        before = type;
        // That there is none any more is told by "offline".
        if (!isOther || type === "none") return;
        toldMs = clock.nowMs();
        listener(true);
      };
      window.addEventListener("online", onUp);
      window.addEventListener("offline", onDown);
      connection?.addEventListener("change", onChange);
      return () => {
        window.removeEventListener("online", onUp);
        window.removeEventListener("offline", onDown);
        connection?.removeEventListener("change", onChange);
      };
    },
  };
}

export const browserNetwork: Network = {
  watch(listener) {
    const { connection } = navigator as { readonly connection?: NetworkInformation };
    return networkOf(globalThis, connection, systemClock).watch(listener);
  },
};
