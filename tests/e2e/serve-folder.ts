import { buildApp } from "@tacit/server/app";

/** A relay in this process and in memory, on a free port, that serves another folder than web/dist as its web app. */
export async function serveFolder(webDir: string): Promise<AsyncDisposable & { readonly origin: string }> {
  const app = await buildApp({ webDir });
  const { origin } = await app.listen(0, "localhost");
  return { origin, [Symbol.asyncDispose]: () => app.close() };
}
