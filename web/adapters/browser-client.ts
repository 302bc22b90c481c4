import { filesWorkerUrl } from "./browser-files.ts";
import { CallStage } from "./call-stage.ts";
import { type ClientWhenNeeded, clientWhenNeeded } from "./client-when-needed.ts";
import { holdsData } from "./holds-data.ts";
import keysWorkerUrl from "./keys.worker.ts?worker&url";

const DATABASE = "tacit";
const CHANNEL = "tacit client";

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
    holdsData: () => holdsData(DATABASE),
  });
  // Another tab has a client: there is something to see by now.
  channel.addEventListener("message", () => client.prepare(), { once: true });
  return client;
}
