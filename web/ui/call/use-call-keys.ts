import type { CallView } from "@tacit/web/core/views";
import { type RefObject, useEffect, useRef } from "react";
import { useSurroundings } from "../app/surroundings.ts";

/** M and V while the call has the focus; Ctrl or Cmd+Shift+M anywhere; Space is push-to-talk while it is held, muted. */
export function useCallKeys(screen: RefObject<HTMLElement | null>, call: CallView): void {
  const { client, perform } = useSurroundings();
  const { microphone, camera } = call.own;
  const isOver = call.phase === "ended";
  const isPushed = useRef(false);

  useEffect(() => {
    if (isOver) return;
    const set = (sources: Parameters<typeof client.setSending>[0]) => perform(client.setSending(sources));
    const down = (event: KeyboardEvent) => {
      if (event.repeat) return;
      const key = event.key.toLowerCase();
      if (key === "m" && event.shiftKey && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        set({ microphone: microphone !== "on" });
        return;
      }
      const isHere = event.target === screen.current && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isHere) return;
      if (key === "m") set({ microphone: microphone !== "on" });
      else if (key === "v") set({ camera: camera === "off" });
      else if (key === " " && microphone === "muted") {
        isPushed.current = true;
        event.preventDefault();
        set({ microphone: true });
      }
    };
    const up = (event: KeyboardEvent) => {
      if (event.key !== " " || !isPushed.current) return;
      isPushed.current = false;
      set({ microphone: false });
    };
    document.addEventListener("keydown", down);
    document.addEventListener("keyup", up);
    return () => {
      document.removeEventListener("keydown", down);
      document.removeEventListener("keyup", up);
    };
  }, [client, perform, screen, microphone, camera, isOver]);
}
