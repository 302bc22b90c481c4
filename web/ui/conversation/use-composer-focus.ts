import { type RefObject, useEffect } from "react";

/**
 * At a desk the composer has the focus: when the conversation opens, when it can be written in, when its details are
 * closed, and when somebody types with the focus nowhere. On a phone the keyboard would cover what they came to read.
 */
export function useComposerFocus(
  input: RefObject<HTMLTextAreaElement | null>,
  isWritable: boolean,
  isDetailed: boolean,
): void {
  useEffect(() => {
    if (isWritable && !isDetailed && isAtDesk()) input.current?.focus({ preventScroll: true });
  }, [input, isWritable, isDetailed]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyped(event) && document.activeElement === document.body) input.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [input]);
}

/** A key that writes a letter. The space bar scrolls where nothing is being written. */
export function isTyped({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean {
  return key.length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey;
}

function isAtDesk(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
