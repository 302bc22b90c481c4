import { useEffect } from "react";
import { useLocation } from "wouter";
import { listedInOrder } from "../conversations/listed.ts";
import { paths } from "./paths.ts";
import { useView } from "./use-view.ts";

/** Alt+Up and Alt+Down go to the conversation before and after. */
export function useChatKeys(): void {
  const conversations = useView({ view: "conversations" });
  const [path, navigate] = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      const order = listedInOrder(conversations ?? []);
      const at = order.findIndex(({ contact }) => path.startsWith(paths.conversation(contact)));
      const next = order[event.key === "ArrowDown" ? at + 1 : at - 1];
      if (next !== undefined) navigate(paths.conversation(next.contact));
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [conversations, path, navigate]);
}
