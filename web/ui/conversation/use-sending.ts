import { newMessageId } from "@tacit/web/core/message-id";
import type { ContactId } from "@tacit/web/core/views";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import type { Quoted } from "./Conversation.tsx";
import { type Echo, stillWaiting, toEcho, withEchoes } from "./echo.ts";
import type { MessageWindow } from "./use-messages.ts";

/** Sends a text. True once it is stored; false, or a rejection, where it is not: whoever wrote it gets it back. */
export type Send = (text: string, replyTo: Quoted | undefined) => Promise<boolean>;

/**
 * Shows what is sent at once, before it is stored. An echo goes when its message is there, which takes its place, and
 * when the message could not be stored.
 */
export function useSending(
  contact: ContactId,
  stored: MessageWindow | undefined,
): { readonly shown: MessageWindow | undefined; readonly send: Send } {
  const { client, clock, random } = useSurroundings();
  const [echoes, setEchoes] = useState<readonly Echo[]>([]);
  const shown = useMemo(() => stored && withEchoes(stored, echoes), [stored, echoes]);
  useEffect(() => {
    if (stored !== undefined) setEchoes((before) => stillWaiting(stored, before));
  }, [stored]);

  const send = useCallback<Send>(
    async (text, replyTo) => {
      const id = newMessageId(random);
      const forget = () => setEchoes((before) => before.filter((echo) => echo.id !== id));
      setEchoes((before) => [...before, toEcho(id, text, clock.nowMs(), replyTo)]);
      try {
        const sent = await client.sendText(contact, text, replyTo?.id, id);
        if (!sent.ok) forget();
        return sent.ok;
      } catch (error) {
        forget();
        throw error;
      }
    },
    [client, clock, random, contact],
  );
  return { shown, send };
}
