import { createContext, useContext, useEffect } from "react";

/** Says words to assistive technology, politely, after what is being said. */
export type Announce = (words: string) => void;

export const AnnounceContext = createContext<Announce>(() => {});

export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}

/** Announces `words` whenever they change; nothing where they are empty. */
export function useAnnounced(words: string): void {
  const announce = useAnnounce();
  useEffect(() => {
    if (words !== "") announce(words);
  }, [announce, words]);
}
