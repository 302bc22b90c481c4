import type { ContactDetails } from "@tacit/web/core/views";
import { useCallback, useEffect, useRef, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import { LEAVING } from "../app/use-lock-now.ts";

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

/**
 * The text of the composer, kept as a draft while it is written, when the page is hidden, left or locked and when the chat
 * is left. What is being sent is kept until it is a message. Blanks alone are no draft.
 */
export function useDraft({ contact, draft }: ContactDetails): Draft {
  const { client, clock, perform } = useSurroundings();
  const [text, setText] = useState(draft);
  const stored = useRef(draft);
  const present = useRef(draft);
  const sending = useRef("");

  const write = useCallback((next: string) => {
    present.current = next;
    setText(next);
  }, []);

  const store = useCallback(() => {
    const kept = present.current.trim() === "" ? sending.current : present.current;
    if (kept === stored.current) return Promise.resolve();
    stored.current = kept;
    return client.saveDraft(contact, kept);
  }, [client, contact]);

  const settle = useCallback(() => {
    sending.current = "";
    return store();
  }, [store]);

  const save = useCallback(() => perform(store()), [perform, store]);

  useEffect(() => (text === stored.current ? undefined : clock.after(SAVE_AFTER_MS, save)), [clock, save, text]);

  useEffect(() => {
    document.addEventListener("visibilitychange", save);
    addEventListener("pagehide", save);
    addEventListener(LEAVING, save);
    return () => {
      document.removeEventListener("visibilitychange", save);
      removeEventListener("pagehide", save);
      removeEventListener(LEAVING, save);
      save();
    };
  }, [save]);

  const take = useCallback(() => {
    const taken = present.current;
    sending.current = taken.trim() === "" ? "" : taken;
    write("");
    return taken;
  }, [write]);

  const putBack = useCallback(
    (taken: string) => {
      if (present.current === "") write(taken);
      sending.current = "";
    },
    [write],
  );

  return { text, write, take, settle, putBack };
}
