/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

// The app shell, kept in this browser: what the build wrote, and nothing else. It holds no key, reads no database and
// answers no request of the messenger's; those pass it by.
declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
};

precacheAndRoute([...self.__WB_MANIFEST], { cleanURLs: false, ignoreURLParametersMatching: [] });
cleanupOutdatedCaches();
// The page is at "/"; its places are in the fragment, which never comes here.
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { allowlist: [/^\/(?:\?|$)/] }));

// A newer version waits until a person lets it in: adapters/app-updates.ts.
self.addEventListener("message", ({ data }) => {
  if (data === "let in") void self.skipWaiting();
});
