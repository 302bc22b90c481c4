import type { KeysWorker } from "./worker-keyholder.ts";

/** Starts the module worker at `url`, which has passed the policy of `buildAppUrls`. */
export function startKeysWorker(url: string): KeysWorker {
  const worker = new Worker(url, { type: "module", name: "keys" });
  const { promise: failed, resolve } = Promise.withResolvers<Error>();
  worker.addEventListener("error", ({ message }) => resolve(new Error(message || "the worker did not start")));
  worker.addEventListener("messageerror", () => resolve(new Error("a message could not be read")));
  return { endpoint: worker, failed, terminate: () => worker.terminate() };
}
