/** Starts the module worker at `url`, which has passed the policy of `buildAppUrls`. */
export function startFilesWorker(url: string): Worker {
  return new Worker(url, { type: "module", name: "files" });
}
