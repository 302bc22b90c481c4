import { relayOrigin } from "@tacit/shared/wire/fields";
import { createClient } from "../core/client.ts";
import type { Client } from "../core/client-api.ts";
import { browserSpace } from "./browser-space.ts";
import { bulkPrimitives } from "./bulk-primitives.ts";
import type { CallStage } from "./call-stage.ts";
import { deviceNameOf } from "./device-name.ts";
import { dexieStore } from "./dexie-store.ts";
import { loadAhead } from "./load-ahead.ts";
import { browserMedia } from "./media.ts";
import { browserNetwork } from "./network.ts";
import { beginNewLog } from "./new-log.ts";
import { opfsShelf } from "./opfs-shelf.ts";
import { socketRelay } from "./socket-relay.ts";
import { startWorker } from "./start-worker.ts";
import { systemClock } from "./system-clock.ts";
import { systemRandom } from "./system-random.ts";
import { openClient } from "./tabs.ts";
import { webRtcPeers } from "./webrtc-peers.ts";
import { workerKeys } from "./worker-keyholder.ts";

type Place = {
  /** Of IndexedDB. */
  readonly database: string;
  /** Between the tabs of this origin. */
  readonly channel: BroadcastChannel;
  /** Has passed the policy of `buildAppUrls`. */
  readonly keysWorkerUrl: string;
  readonly filesWorkerUrl: string;
  /** Where calls are played and recorded; absent where there are none. */
  readonly calls: CallStage | undefined;
};

/** The messenger of this browser with all that it needs: a chunk of its own. */
export function openLocalClient({ database, channel, keysWorkerUrl, filesWorkerUrl, calls }: Place): Client {
  const origin = relayOrigin.parse(location.origin);
  const client = openClient(
    () => {
      calls?.take();
      return createClient({
        clock: systemClock,
        random: systemRandom,
        space: browserSpace,
        deviceName: deviceNameOf(navigator.userAgent),
        store: dexieStore(database, { beginNewLog }),
        ...workerKeys(() => startWorker(keysWorkerUrl, "keys")),
        shelf: opfsShelf(() => startWorker(filesWorkerUrl, "files")),
        bulk: bulkPrimitives,
        relay: socketRelay(origin, { network: browserNetwork }),
        ...(calls !== undefined && {
          peers: webRtcPeers({ clock: systemClock, captures: calls.captures, streams: calls.streams }),
          media: browserMedia(calls),
        }),
      });
    },
    { locks: navigator.locks, channel },
  );
  loadAhead(systemClock);
  browserNetwork.watch((isUp) => {
    // Where no client is open there is nothing to connect.
    if (isUp) client.reconnect().catch(() => undefined);
  });
  return client;
}
