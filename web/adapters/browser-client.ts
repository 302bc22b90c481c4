import { relayOrigin } from "@tacit/shared/wire/fields";
import { createClient } from "../core/client.ts";
import type { Client } from "../core/client-api.ts";
import { buildAppUrls } from "./app-url.ts";
import { dexieStore } from "./dexie-store.ts";
import keysWorkerUrl from "./keys.worker.ts?worker&url";
import { browserNetwork } from "./network.ts";
import { socketRelay } from "./socket-relay.ts";
import { startKeysWorker } from "./start-keys-worker.ts";
import { systemClock } from "./system-clock.ts";
import { systemRandom } from "./system-random.ts";
import { openClient } from "./tabs.ts";
import { workerKeys } from "./worker-keyholder.ts";

/** The client of this browser, against the relay that served the page. Call it once for a page. */
export function openBrowserClient(): Client {
  const appUrl = buildAppUrls([keysWorkerUrl]);
  const origin = relayOrigin.parse(location.origin);
  const client = openClient(
    () =>
      createClient({
        clock: systemClock,
        random: systemRandom,
        store: dexieStore("tacit"),
        ...workerKeys(() => startKeysWorker(appUrl(keysWorkerUrl))),
        relay: socketRelay(origin, { network: browserNetwork }),
      }),
    { locks: navigator.locks, channel: new BroadcastChannel("tacit client") },
  );
  browserNetwork.watch((isUp) => {
    // Where no client is open there is nothing to connect.
    if (isUp) client.reconnect().catch(() => undefined);
  });
  return client;
}
