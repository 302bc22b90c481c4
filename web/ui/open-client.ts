import type { Client } from "@tacit/web/core/client-api";
import { browserClock } from "./browser.ts";
import { createFakeClient } from "./testing/fake-client.ts";

/** The messenger of this browser. TODO(wiring): the fake stands in until the adapters exist. */
export async function openClient(): Promise<Client> {
  return createFakeClient({ clock: browserClock, phase: "empty", isNew: true });
}
