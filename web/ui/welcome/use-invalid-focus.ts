import { type RefObject, useEffect, useRef } from "react";

/** For a form: whenever `refusal` becomes another, the first field that is wrong gets the focus. */
export function useInvalidFocus(refusal: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal leads to the first field that it names.
  useEffect(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus(), [refusal]);
  return form;
}
