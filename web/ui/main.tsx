import "./base.css";
import { browserUpdates, serviceWorkerUrl } from "@tacit/web/adapters/app-updates";
import { buildAppUrls } from "@tacit/web/adapters/app-url";
import { callStage, keysWorkerUrl, openBrowserClient } from "@tacit/web/adapters/browser-client";
import { browserFiles, filesWorkerUrl } from "@tacit/web/adapters/browser-files";
import { looksFleeting } from "@tacit/web/adapters/browser-space";
import { browserPasskeys } from "@tacit/web/adapters/passkey";
import { browserClock, browserRandom } from "./browser.ts";
import { render } from "./render.tsx";

const appUrl = buildAppUrls([keysWorkerUrl, filesWorkerUrl, serviceWorkerUrl]);
const calls = callStage();
const client = openBrowserClient(appUrl, calls);
await render({
  client,
  updates: browserUpdates(appUrl),
  files: browserFiles(appUrl),
  passkeys: browserPasskeys,
  looksFleeting,
  clock: browserClock,
  random: browserRandom,
  greet: async () => (await import("@tacit/web/adapters/relay-greeting")).askGreeting(),
  prepare: client.prepare,
  calls,
});
