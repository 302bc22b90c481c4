import type { ContactDetails } from "@tacit/web/core/views";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import { LEAVING } from "../app/use-lock-now.ts";
import type { WrittenDraft } from "./drafts.ts";

const SAVE_AFTER_MS = 300;

/**
 * The text of the composer, kept as a draft while it is written, when the page is hidden, left or locked and when the chat
 * is left. What is being sent is kept until it is a message.
 */
export function useDraft({
  contact,
  draft,
}: ContactDetails): Pick<WrittenDraft, "write" | "send"> & { readonly text: string } {
  const { clock, drafts, perform } = useSurroundings();
  const [written] = useState(() => drafts.of(contact, draft));
  const text = useSyncExternalStore(written.watch, written.text);

  const save = useCallback(() => perform(written.store()), [perform, written]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes the text begins the wait anew, though the store reads it itself.
  useEffect(() => clock.after(SAVE_AFTER_MS, save), [clock, save, text]);

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

  return { text, write: written.write, send: written.send };
}
