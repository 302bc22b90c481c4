import type { StartedWorker } from "./worker-calls.ts";

/** Starts the module worker at `url`, which has passed the policy of `buildAppUrls`. */
export function startWorker(url: string, name: string): StartedWorker {
  const worker = new Worker(url, { type: "module", name });
  const { promise: failed, resolve } = Promise.withResolvers<Error>();
  worker.addEventListener("error", ({ message }) => resolve(new Error(message || "the worker did not start")));
  worker.addEventListener("messageerror", () => resolve(new Error("a message could not be read")));
  return { endpoint: worker, failed, terminate: () => worker.terminate() };
}
