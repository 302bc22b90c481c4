import { ok } from "@tacit/shared/result";
import { type Endpoint, expose } from "comlink";
import { expect, test } from "vitest";
import { opfsShelf } from "./opfs-shelf.ts";
import type { ShelfWriter } from "./shelf-writer.ts";
import type { StartedWorker } from "./worker-calls.ts";

test("a write whose worker does not start rejects instead of waiting for ever, and the next one starts another", async () => {
  const written: string[] = [];
  const writer: ShelfWriter = {
    async append(name) {
      written.push(name);
      return true;
    },
    async overwrite() {},
    async settle() {},
  };
  let isThere = false;
  const shelf = opfsShelf((): StartedWorker => {
    const { port1, port2 } = new MessageChannel();
    const { promise: failed, resolve } = Promise.withResolvers<Error>();
    if (isThere) expose(writer, port1 as unknown as Endpoint);
    else resolve(new Error("404"));
    return { endpoint: port2 as unknown as Endpoint, failed, terminate: () => port1.close() };
  });

  await expect(shelf.append("lost", 0, new Uint8Array(1))).rejects.toThrow("the files' worker has broken down");
  await expect(shelf.settle("lost")).rejects.toThrow("the files' worker has broken down");
  isThere = true;

  expect(await shelf.append("kept", 0, new Uint8Array(1))).toEqual(ok(undefined));
  expect(written).toEqual(["kept"]);
});
