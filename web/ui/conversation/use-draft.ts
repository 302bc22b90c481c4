import type { ContactDetails } from "@tacit/web/core/views";
import { useCallback, useEffect, useRef, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";

const SAVE_AFTER_MS = 300;

/** The text of the composer, kept as a draft while it is written, when the page is hidden and when the chat is left. */
export function useDraft({ contact, draft }: ContactDetails): [string, (text: string) => void, () => Promise<void>] {
  const { client, clock, perform } = useSurroundings();
  const [text, setText] = useState(draft);
  const saved = useRef(draft);
  const present = useRef(text);
  present.current = text;

  const save = useCallback(async () => {
    if (present.current === saved.current) return;
    saved.current = present.current;
    await client.saveDraft(contact, present.current);
  }, [client, contact]);

  useEffect(() => {
    return text === saved.current ? undefined : clock.after(SAVE_AFTER_MS, () => perform(save()));
  }, [clock, perform, save, text]);

  useEffect(() => {
    const onHide = () => perform(save());
    document.addEventListener("visibilitychange", onHide);
    return () => {
      document.removeEventListener("visibilitychange", onHide);
      perform(save());
    };
  }, [perform, save]);

  const clear = useCallback(() => {
    present.current = "";
    setText("");
    return save();
  }, [save]);

  return [text, setText, clear];
}
