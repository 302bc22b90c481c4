/** Code did not load: the network is gone, or a newer version of the app has taken its place. Nothing was changed. */
export class NotLoaded extends Error {}

/** Loads once for all who ask; what did not load is asked for again. Rejects with `NotLoaded`. */
export function loadOnce<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw new NotLoaded("code did not load", { cause });
    });
    return loading;
  };
}
