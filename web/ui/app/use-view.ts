import type { Query, ValueOf } from "@tacit/web/core/views";
import { useEffect, useState } from "react";
import { keyOfQuery } from "./shown-views.ts";
import { useSurroundings } from "./surroundings.ts";

/**
 * The present value of a view of the client; `undefined` until it first comes, and where the view itself says so.
 * Without a query there is nothing to wait for yet. What did not change in a value is the same object as before, for
 * everybody who shows it.
 */
export function useView<Q extends Query>(query: Q | undefined): ValueOf<Q> | undefined {
  const { views } = useSurroundings();
  const key = query === undefined ? "" : keyOfQuery(query);
  const present = () => ({ key, value: views.present<Q>(key) });
  const [seen, setSeen] = useState(present);
  // By value: an equal query in the next render watches on.
  useEffect(() => {
    if (key === "") return;
    return views.watch<Q>(key, (value) =>
      setSeen((before) => (before.key === key && Object.is(before.value, value) ? before : { key, value })),
    );
  }, [views, key]);
  return seen.key === key ? seen.value : present().value;
}
