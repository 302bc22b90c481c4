/** What the device knows of its network. A browser may keep a dead socket open for most of a minute. */
export type Network = {
  /** Calls back at each change with whether there is a network; the answer ends that. */
  watch(listener: (isUp: boolean) => void): () => void;
};

export const browserNetwork: Network = {
  watch(listener) {
    const onUp = () => listener(true);
    const onDown = () => listener(false);
    addEventListener("online", onUp);
    addEventListener("offline", onDown);
    return () => {
      removeEventListener("online", onUp);
      removeEventListener("offline", onDown);
    };
  },
};
