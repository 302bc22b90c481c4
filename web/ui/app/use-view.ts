import type { Query, ValueOf } from "@tacit/web/core/views";
import { useEffect, useState } from "react";
import { keepEqual } from "./keep-equal.ts";
import { useSurroundings } from "./surroundings.ts";

/**
 * The present value of a view of the client; `undefined` until it first comes, and where the view itself says so.
 * Without a query there is nothing to wait for yet. What did not change in a value is the same object as before.
 */
export function useView<Q extends Query>(query: Q | undefined): ValueOf<Q> | undefined {
  const { client } = useSurroundings();
  const key = query === undefined ? "" : JSON.stringify(query);
  const [seen, setSeen] = useState<{ readonly key: string; readonly value: ValueOf<Q> }>();
  // By value: an equal query in the next render watches on.
  useEffect(() => {
    if (key === "") return;
    return client.watch(JSON.parse(key) as Q, (value) =>
      setSeen((before) => {
        const kept = keepEqual(before?.value, value);
        return before?.key === key && Object.is(before.value, kept) ? before : { key, value: kept };
      }),
    );
  }, [client, key]);
  return seen?.key === key ? seen.value : undefined;
}
