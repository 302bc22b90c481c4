import type { ContactDetails } from "@tacit/web/core/views";
import { useCallback, useEffect, useRef, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";

const SAVE_AFTER_MS = 300;

export type Draft = {
  readonly text: string;
  readonly write: (text: string) => void;
  /** Empties the composer. What is stored stays until `settle`, in case that what was taken is lost on its way. */
  readonly take: () => string;
  /** Stores what the composer holds by now. */
  readonly settle: () => Promise<void>;
  /** Puts back what was taken and could not be sent, if nothing else was written meanwhile. */
  readonly putBack: (taken: string) => void;
};

/** The text of the composer, kept as a draft while it is written, when the page is hidden and when the chat is left. */
export function useDraft({ contact, draft }: ContactDetails): Draft {
  const { client, clock, perform } = useSurroundings();
  const [text, setText] = useState(draft);
  const stored = useRef(draft);
  const present = useRef(draft);

  const write = useCallback((next: string) => {
    present.current = next;
    setText(next);
  }, []);

  const settle = useCallback(() => {
    stored.current = present.current;
    return client.saveDraft(contact, present.current);
  }, [client, contact]);

  const save = useCallback(() => {
    if (present.current !== stored.current) perform(settle());
  }, [perform, settle]);

  useEffect(() => (text === stored.current ? undefined : clock.after(SAVE_AFTER_MS, save)), [clock, save, text]);

  useEffect(() => {
    document.addEventListener("visibilitychange", save);
    return () => {
      document.removeEventListener("visibilitychange", save);
      save();
    };
  }, [save]);

  const take = useCallback(() => {
    const taken = present.current;
    stored.current = "";
    write("");
    return taken;
  }, [write]);

  const putBack = useCallback(
    (taken: string) => {
      if (present.current === "") write(taken);
    },
    [write],
  );

  return { text, write, take, settle, putBack };
}
