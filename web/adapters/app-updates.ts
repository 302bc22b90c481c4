export const serviceWorkerUrl = "/sw.js";

export type AppUpdates = {
  /** Calls back with whether a newer version is ready, now and at each change; the answer ends that. */
  watch(listener: (isReady: boolean) => void): () => void;
  /** Loads the page anew, with the newest version that there is. */
  load(): Promise<void>;
};

const CHECK_EVERY_MS = 3_600_000;

/**
 * Keeps the app in this browser and watches for newer versions of it. A newer one is fetched in the background and then
 * waits: only `load` lets it in. `appUrl`: the policy of `buildAppUrls`.
 */
export function browserUpdates(appUrl: (url: string) => string): AppUpdates {
  const listeners = new Set<(isReady: boolean) => void>();
  // Private windows of some browsers have none.
  const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  const registered = workers === undefined ? undefined : register(workers);
  let isReady = false;
  let isAsked = false;

  function setReady(): void {
    isReady = true;
    for (const listener of listeners) listener(true);
  }

  async function register(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | undefined> {
    await pageLoaded();
    try {
      const found = await container.register(appUrl(serviceWorkerUrl), { updateViaCache: "none" });
      // Without a controller the page came from the relay just now, and what is installed is the same.
      if (found.waiting !== null && container.controller !== null) setReady();
      found.addEventListener("updatefound", async () => {
        if (container.controller === null || found.installing === null) return;
        if (await isInstalled(found.installing)) setReady();
      });
      return found;
    } catch {
      // The browser keeps nothing for us: Tacit works, as long as the relay answers.
      return undefined;
    }
  }

  let wasControlled = workers?.controller != null;
  workers?.addEventListener("controllerchange", () => {
    // Another tab let the newer version in: this page is the older one now.
    if (wasControlled && !isAsked) setReady();
    wasControlled = true;
  });

  let checkedAtMs = Date.now();
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible" || Date.now() - checkedAtMs < CHECK_EVERY_MS) return;
    checkedAtMs = Date.now();
    await (await registered)?.update().catch(() => undefined);
  });

  return {
    watch(listener) {
      listeners.add(listener);
      listener(isReady);
      return () => void listeners.delete(listener);
    },
    async load() {
      isAsked = true;
      const found = await registered;
      const newest = found === undefined ? undefined : await newestWaiting(found);
      if (newest !== undefined) {
        newest.postMessage("let in");
        await new Promise<void>((resolve) => {
          newest.addEventListener("statechange", () => newest.state !== "installed" && resolve());
        });
      }
      location.reload();
    },
  };
}

/** A version that waits to be let in, after asking the relay for one. */
async function newestWaiting(registration: ServiceWorkerRegistration): Promise<ServiceWorker | undefined> {
  if (registration.waiting === null) {
    await registration.update().catch(() => undefined);
    if (registration.installing !== null) await isInstalled(registration.installing);
  }
  return registration.waiting ?? undefined;
}

function isInstalled(worker: ServiceWorker): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === "installing") return;
      worker.removeEventListener("statechange", look);
      resolve(worker.state === "installed");
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

/** The shell comes after the screen. */
function pageLoaded(): Promise<void> {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => addEventListener("load", () => resolve(), { once: true }));
}
