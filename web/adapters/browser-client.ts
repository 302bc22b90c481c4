import { filesWorkerUrl } from "./browser-files.ts";
import { CallStage } from "./call-stage.ts";
import { type ClientWhenNeeded, clientWhenNeeded } from "./client-when-needed.ts";
import keysWorkerUrl from "./keys.worker.ts?worker&url";

const DATABASE = "tacit";
const CHANNEL = "tacit client";

/** As Chromium says it. */
type Usage = { readonly usageDetails?: { readonly indexedDB?: number } };

export { keysWorkerUrl };

/** What is played and recorded in this tab; `undefined` in a browser that cannot call. */
export function callStage(): CallStage | undefined {
  return "RTCPeerConnection" in globalThis ? new CallStage() : undefined;
}

/**
 * The client of this browser, against the relay that served the page. Its code comes when it is needed. Call it once for
 * a page. `appUrl`: the policy of `buildAppUrls`.
 */
export function openBrowserClient(appUrl: (url: string) => string, calls: CallStage | undefined): ClientWhenNeeded {
  const channel = new BroadcastChannel(CHANNEL);
  const client = clientWhenNeeded({
    async open() {
      const { openLocalClient } = await import("./local-client.ts");
      return openLocalClient({
        database: DATABASE,
        channel,
        keysWorkerUrl: appUrl(keysWorkerUrl),
        filesWorkerUrl: appUrl(filesWorkerUrl),
        calls,
      });
    },
    async holdsData() {
      // To ask for the databases opens their log, which is not to be done before there is room: see `new-log.ts`.
      const { usageDetails } = (await navigator.storage.estimate()) as Usage;
      if ((usageDetails?.indexedDB ?? 0) > 0) return true;
      const databases = await indexedDB.databases();
      return databases.some(({ name }) => name === DATABASE);
    },
  });
  // Another tab has a client: there is something to see by now.
  channel.addEventListener("message", () => client.prepare(), { once: true });
  return client;
}
