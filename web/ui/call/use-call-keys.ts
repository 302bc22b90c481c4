import type { CallView } from "@tacit/web/core/call-view";
import { type RefObject, useEffect, useRef } from "react";
import { useSurroundings } from "../app/surroundings.ts";

type Actions = { readonly share: (() => void) | undefined; readonly fullScreen: (() => void) | undefined };

/** M, V, S and F while the focus is in the call; on the call itself, not on a button, Space is push-to-talk. */
export function useCallKeys(screen: RefObject<HTMLElement | null>, call: CallView, actions: Actions): void {
  const { client, perform } = useSurroundings();
  const { microphone, camera } = call.own;
  const isPushed = useRef(false);
  const act = useRef(actions);
  act.current = actions;

  useEffect(() => {
    const set = (sources: Parameters<typeof client.setSending>[0]) => perform(client.setSending(sources));
    const down = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      if (!isPlain || !(event.target instanceof Node) || !screen.current?.contains(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "m") set({ microphone: microphone !== "on" });
      else if (key === "v") set({ camera: camera === "off" });
      else if (key === "s") act.current.share?.();
      else if (key === "f") act.current.fullScreen?.();
      else if (key === " " && event.target === screen.current && microphone === "muted") {
        isPushed.current = true;
        event.preventDefault();
        set({ microphone: true });
      }
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [client, perform, screen, microphone, camera]);

  // Whoever lets go elsewhere, or leaves this screen meanwhile, does not go on being heard.
  useEffect(() => {
    const letGo = () => {
      if (!isPushed.current) return;
      isPushed.current = false;
      perform(client.setSending({ microphone: false }));
    };
    const up = (event: KeyboardEvent) => event.key === " " && letGo();
    document.addEventListener("keyup", up);
    window.addEventListener("blur", letGo);
    return () => {
      document.removeEventListener("keyup", up);
      window.removeEventListener("blur", letGo);
      letGo();
    };
  }, [client, perform]);
}

/** Ctrl or Cmd+Shift+M, wherever the person is. */
export function useMuteKey({ own }: CallView, isTaken: boolean): void {
  const { client, perform } = useSurroundings();
  const isOn = own.microphone === "on";
  useEffect(() => {
    if (!isTaken) return;
    const down = (event: KeyboardEvent) => {
      if (event.repeat || event.code !== "KeyM" || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      perform(client.setSending({ microphone: !isOn }));
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [client, perform, isOn, isTaken]);
}

/** Alt+Shift+A takes a call, Alt+Shift+D declines it. */
export function useAnswerKeys({ isVideo }: CallView): void {
  const { client, perform } = useSurroundings();
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.repeat || !event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
      if (event.code === "KeyA") perform(client.acceptCall(isVideo));
      else if (event.code === "KeyD") perform(client.declineCall());
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [client, perform, isVideo]);
}
