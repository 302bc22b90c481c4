import type { CDPSession, Page } from "@playwright/test";

type HeapUsage = {
  readonly usedSize: number;
  readonly embedderHeapUsedSize: number;
  readonly backingStorageSize: number;
};
type Answer = { readonly id: number; readonly result?: unknown };

/**
 * What a page and its workers hold, in bytes: their heaps and the buffers that belong to them, after everything that
 * nobody needs was collected. When a browser collects is its own business: without asking for it, what is read here is
 * mostly how busy the machine is (tens of megabytes on an idle one, hundreds on a full one, for the same held eight).
 */
export async function heldBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    const workers = await attachWorkers(session);
    const heaps = [await measure((method) => session.send(method as "Runtime.getHeapUsage"))];
    for (const id of workers) heaps.push(await measure((method) => ask(session, id, method)));
    return heaps.reduce((sum, bytes) => sum + bytes, 0);
  } finally {
    await session.detach();
  }
}

async function measure(send: (method: string) => Promise<unknown>): Promise<number> {
  await send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = (await send("Runtime.getHeapUsage")) as HeapUsage;
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

/** Every worker of the page, by its session. */
async function attachWorkers(session: CDPSession): Promise<readonly string[]> {
  const attached: string[] = [];
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worker") attached.push(sessionId);
  });
  // Not flat: Playwright hands out no sessions of workers, but passes messages on.
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return attached;
}

let messages = 0;

async function ask(session: CDPSession, sessionId: string, method: string): Promise<unknown> {
  messages += 1;
  const id = messages;
  const answered = new Promise<unknown>((resolve) => {
    session.on("Target.receivedMessageFromTarget", ({ message }) => {
      const answer = JSON.parse(message) as Answer;
      if (answer.id === id) resolve(answer.result);
    });
  });
  await session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
  return answered;
}
