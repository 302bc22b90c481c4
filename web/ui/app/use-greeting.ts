import { useEffect, useState } from "react";
import { type RelayGreeting, useSurroundings } from "./surroundings.ts";

/** What the relay says of itself; `undefined` until it does, and where it does not answer. */
export function useGreeting(): RelayGreeting | undefined {
  const { greet } = useSurroundings();
  const [greeting, setGreeting] = useState<RelayGreeting>();
  useEffect(() => {
    let isCurrent = true;
    void greet().then((said) => isCurrent && setGreeting(said));
    return () => {
      isCurrent = false;
    };
  }, [greet]);
  return greeting;
}
