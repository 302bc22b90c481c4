/** What fails here is made up for at the next connection: the state that asks for it is durable. */
export function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
