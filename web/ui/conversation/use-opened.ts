import type { ContactId } from "@tacit/web/core/views";
import { useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";

/**
 * Opens the conversation while it is on the screen: what arrives is read. Away from the page it is closed, so that
 * nothing counts as read that nobody saw. True once it was opened.
 */
export function useOpened(contact: ContactId): boolean {
  const { client, perform } = useSurroundings();
  const [isOpened, setOpened] = useState(false);
  useEffect(() => {
    let isOpen = false;
    const update = () => {
      const isSeen = document.visibilityState === "visible";
      if (isSeen === isOpen) return;
      isOpen = isSeen;
      perform(
        isSeen ? client.openConversation(contact).finally(() => setOpened(true)) : client.closeConversation(contact),
      );
    };
    update();
    // A page that starts in the background shows the conversation too.
    if (!isOpen) setOpened(true);
    document.addEventListener("visibilitychange", update);
    return () => {
      document.removeEventListener("visibilitychange", update);
      if (isOpen) perform(client.closeConversation(contact));
    };
  }, [client, perform, contact]);
  return isOpened;
}
