import type { Store } from "./ports/store.ts";

/**
 * The device could not read or write: its disk is full or broken, the store is closed, or somebody else wrote to it.
 * Nothing was changed.
 */
export class StorageFailure extends Error {}

/** Somebody else wrote to this store: what is held in memory may be older than what is stored. */
export class OtherOwner extends StorageFailure {}

/** A store whose rejections say that they are the store's. */
export function guardStore(store: Store): Store {
  const guard =
    <Input extends readonly unknown[], Output>(action: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      try {
        return await action(...input);
      } catch (cause) {
        throw new StorageFailure("the device could not store", { cause });
      }
    };
  return {
    get: guard((table, id) => store.get(table, id)),
    list: guard((table, range) => store.list(table, range)),
    count: guard((table, range) => store.count(table, range)),
    commit: guard((commit) => store.commit(commit)),
    clear: guard(() => store.clear()),
    close: () => store.close(),
  };
}
