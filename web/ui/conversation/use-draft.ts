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
  /** What was taken is a message: stores what the composer holds by now. */
  readonly settle: (taken: string) => Promise<void>;
  /** Puts back what was taken and could not be sent, before what was written meanwhile. */
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
  const sending = useRef<readonly string[]>([]);
  const returned = useRef("");

  const write = useCallback((next: string) => {
    present.current = next;
    setText(next);
  }, []);

  const store = useCallback(() => {
    const kept = lines([...sending.current, present.current]);
    if (kept === stored.current) return Promise.resolve();
    stored.current = kept;
    return client.saveDraft(contact, kept);
  }, [client, contact]);

  const settle = useCallback(
    (taken: string) => {
      sending.current = without(sending.current, taken);
      return store();
    },
    [store],
  );

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
    sending.current = [...sending.current, taken];
    returned.current = "";
    write("");
    return taken;
  }, [write]);

  const putBack = useCallback(
    (taken: string) => {
      sending.current = without(sending.current, taken);
      // Of two that come back the first stands first.
      const earlier = present.current.startsWith(returned.current) ? returned.current : "";
      const later = present.current.slice(earlier.length).trimStart();
      returned.current = lines([earlier, taken]);
      write(lines([returned.current, later]));
    },
    [write],
  );

  return { text, write, take, settle, putBack };
}

/** One below the other, without those that are blank. */
function lines(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== "").join("\n");
}

/** Without the first that is `one`. */
function without(texts: readonly string[], one: string): readonly string[] {
  const at = texts.indexOf(one);
  return at < 0 ? texts : texts.toSpliced(at, 1);
}
