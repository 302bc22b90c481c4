import { toBase64Url } from "@tacit/shared/bytes";
import type { LocalClient } from "../core/client.ts";
import type { Client } from "../core/client-api.ts";
import { METHODS, type Method } from "./client-methods.ts";
import type { Locks } from "./locks.ts";
import { systemRandom } from "./system-random.ts";
import { TabCalls } from "./tab-client.ts";
import { lockOfTab, parseTabMessage, type TabMessage } from "./tab-messages.ts";
import { TabOwner } from "./tab-owner.ts";

/** A client that every tab of the origin shares. `close` is for tests and for pages that go on without it. */
export type TabClient = Client & { close(): Promise<void> };

type Outside = {
  readonly locks: Locks;
  /** Between the tabs; `close` closes it. */
  readonly channel: BroadcastChannel;
};

const CLIENT_LOCK = "tacit client";

/**
 * A client at once, although one tab only runs it. Whoever gets the lock creates the real one and serves the others over
 * the channel; when that tab closes, the next one does. Calls wait for an owner. A call that an owner had begun when it
 * vanished is begun again by the next one where that is harmless, and rejects with `OwnerGone` where it is not. Watches
 * go on with the next owner's values. When `create` fails, the calls of this tab reject with its error, and the next tab
 * tries. A tab that holds a lock is not frozen by browsers, so an owner in the background goes on.
 */
export function openClient(create: () => Promise<LocalClient>, { locks, channel }: Outside): TabClient {
  const tab = toBase64Url(systemRandom(12));
  const post = (message: TabMessage) => channel.postMessage(message);
  const calls = new TabCalls(tab, post);
  const closing = Promise.withResolvers<void>();
  let isClosed = false;
  let owner: TabOwner | undefined;

  channel.addEventListener("message", ({ data }) => {
    const message = parseTabMessage(data);
    if (message === undefined || isClosed) return;
    owner?.handle(message);
    calls.handle(message);
  });

  async function own(): Promise<void> {
    if (isClosed) return;
    let client: LocalClient;
    try {
      client = await create();
    } catch (cause) {
      calls.switchTo({ to: "failure", error: new Error("could not open the client", { cause }) });
      return;
    }
    if (isClosed) return client.close();
    owner = new TabOwner(tab, client, post, locks);
    calls.switchTo({ to: "this", client, owner });
    owner.announce();
    await closing.promise;
    owner.close();
    await client.close();
  }

  const opened = locks.request(lockOfTab(tab), async () => {
    post({ kind: "hello", tab });
    const owned = locks.request(CLIENT_LOCK, own);
    await closing.promise;
    if (owner) await owned;
  });

  const methods = Object.keys(METHODS).map((method) => [
    method,
    (...values: unknown[]) => calls.call(method as Method, values),
  ]);
  return {
    ...(Object.fromEntries(methods) as Omit<Client, "watch">),
    watch: (query, listener) => calls.watch(query, listener),
    async close() {
      isClosed = true;
      closing.resolve();
      calls.switchTo({ to: "failure", error: new Error("this tab's client is closed") });
      await opened;
      channel.close();
    },
  };
}
