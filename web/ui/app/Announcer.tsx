import { SECOND_MS } from "@tacit/shared/limits";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Spoken } from "../parts/Spoken.tsx";
import { AnnounceContext } from "./announcements.ts";
import { useSurroundings } from "./surroundings.ts";

/** Between two announcements. */
const HOLD_MS = 700;
/** After the last one, nothing is left for a screen reader to come across. */
const CLEAR_MS = 5 * SECOND_MS;

/**
 * The one polite voice of the page: everything that is said without being asked goes through it, one after the other.
 * It is outside of every screen, so that no dialog silences it.
 */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const { clock } = useSurroundings();
  const waiting = useRef<string[]>([]);
  const isSpeaking = useRef(false);
  const [words, setWords] = useState("");

  const speakNext = useCallback(() => {
    const next = waiting.current.shift();
    isSpeaking.current = next !== undefined;
    if (next === undefined) return;
    // The same words twice in a row are a change too.
    setWords((before) => (before === next ? `${next}\u00a0` : next));
    clock.after(HOLD_MS, speakNext);
  }, [clock]);

  const announce = useCallback(
    (next: string) => {
      waiting.current.push(next);
      if (!isSpeaking.current) speakNext();
    },
    [speakNext],
  );

  useEffect(() => (words === "" ? undefined : clock.after(CLEAR_MS, () => setWords(""))), [clock, words]);

  return (
    <AnnounceContext value={announce}>
      {children}
      <Spoken>
        <span role="status" aria-live="polite">
          {words}
        </span>
      </Spoken>
    </AnnounceContext>
  );
}
