import { ok, refused } from "@tacit/shared/result";
import { expect, test } from "vitest";
import { type Row, type Store, TABLES } from "../ports/store.ts";

/** Registers what every store must do. `open` gives an empty store each time. */
export function storeContract(open: () => Promise<Store>): void {
  test("a committed row is there", async () => {
    const store = await open();
    const row = message("a", { index: "alice", order: 7 });

    expect(await store.commit({ put: [row] })).toEqual(ok(undefined));

    expect(await store.get("messages", "a")).toEqual(row);
    expect(await store.get("messages", "b")).toBeUndefined();
    expect(await store.get("contacts", "a")).toBeUndefined();
  });

  test("a stored row does not share bytes with its writer or its readers", async () => {
    const store = await open();
    const row = message("a");
    await store.commit({ put: [row] });

    row.sealed.fill(0);
    (await store.get("messages", "a"))?.sealed.fill(0);

    expect((await store.get("messages", "a"))?.sealed).toEqual(message("a").sealed);
  });

  test("rows of every table are kept apart", async () => {
    const store = await open();
    const put = TABLES.map((table, order) => ({ ...message("same id"), table, order }));

    await store.commit({ put });

    for (const [order, table] of TABLES.entries()) {
      expect((await store.get(table, "same id"))?.order).toBe(order);
      expect(await store.count(table)).toBe(1);
    }
  });

  test("a list goes by order, also across numbers of different lengths", async () => {
    const store = await open();
    await store.commit({ put: [10, 9, -1, 100].map((order) => message(`${order}`, { order })) });

    expect(ids(await store.list("messages"))).toEqual(["-1", "9", "10", "100"]);
    expect(ids(await store.list("messages", { descending: true }))).toEqual(["100", "10", "9", "-1"]);
  });

  test("rows without an order come first, by id", async () => {
    const store = await open();
    await store.commit({ put: [message("z", { order: 1 }), message("c"), message("a"), message("B")] });

    expect(ids(await store.list("messages"))).toEqual(["B", "a", "c", "z"]);
    expect(ids(await store.list("messages", { descending: true }))).toEqual(["z", "c", "a", "B"]);
  });

  test("rows of the same order come by id", async () => {
    const store = await open();
    await store.commit({ put: ["c", "a", "b"].map((id) => message(id, { index: "alice", order: 1 })) });

    expect(ids(await store.list("messages"))).toEqual(["a", "b", "c"]);
    expect(ids(await store.list("messages", { index: "alice", descending: true }))).toEqual(["c", "b", "a"]);
  });

  test("an index picks its own rows", async () => {
    const store = await open();
    await store.commit({
      put: [
        message("a", { index: "alice", order: 2 }),
        message("b", { index: "bob", order: 1 }),
        message("c", { index: "alice", order: 1 }),
        message("d", { index: "alice" }),
        message("e"),
      ],
    });

    expect(ids(await store.list("messages", { index: "alice" }))).toEqual(["d", "c", "a"]);
    expect(ids(await store.list("messages", { index: "alic" }))).toEqual([]);
    expect(await store.count("messages", { index: "alice" })).toBe(3);
  });

  test("bounds exclude themselves and rows without an order", async () => {
    const store = await open();
    const rows = [1, 2, 3, 4].flatMap((order) => [
      message(`a${order}`, { index: "alice", order }),
      message(`b${order}`, { index: "bob", order }),
    ]);
    await store.commit({ put: [...rows, message("none", { index: "alice" })] });

    expect(ids(await store.list("messages", { index: "alice", after: 1, before: 4 }))).toEqual(["a2", "a3"]);
    expect(ids(await store.list("messages", { after: 3 }))).toEqual(["a4", "b4"]);
    expect(ids(await store.list("messages", { index: "bob", before: 2 }))).toEqual(["b1"]);
    expect(await store.count("messages", { index: "alice", after: 1 })).toBe(3);
  });

  test("a limit counts from the end that the list begins at", async () => {
    const store = await open();
    await store.commit({ put: [1, 2, 3].map((order) => message(`${order}`, { index: "alice", order })) });

    expect(ids(await store.list("messages", { limit: 2 }))).toEqual(["1", "2"]);
    expect(ids(await store.list("messages", { index: "alice", limit: 2, descending: true }))).toEqual(["3", "2"]);
    expect(ids(await store.list("messages", { index: "alice", before: 3, limit: 1, descending: true }))).toEqual(["2"]);
    expect(await store.list("messages", { limit: 0 })).toEqual([]);
    expect(await store.count("messages", { limit: 2 })).toBe(2);
  });

  test("a row moves to its latest index and order", async () => {
    const store = await open();
    await store.commit({ put: [message("a", { index: "alice", order: 1 })] });

    await store.commit({ put: [message("a", { index: "bob", version: 2 })] });

    expect(await store.list("messages", { index: "alice" })).toEqual([]);
    expect(ids(await store.list("messages", { index: "bob" }))).toEqual(["a"]);
    expect(await store.list("messages", { after: 0 })).toEqual([]);
  });

  test("a version other than the next one is a conflict and nothing is written", async () => {
    const store = await open();
    await store.commit({ put: [message("a"), message("gone")] });

    for (const version of [0, 1, 3]) {
      const commit = { put: [message("new"), message("a", { version })], remove: [message("gone")] };
      expect(await store.commit(commit)).toEqual(refused("conflict"));
    }
    expect(await store.commit({ put: [message("other", { version: 2 })] })).toEqual(refused("conflict"));

    expect(await store.get("messages", "a")).toEqual(message("a"));
    expect(await store.get("messages", "new")).toBeUndefined();
    expect(await store.get("messages", "gone")).toBeDefined();
    expect(await store.commit({ put: [message("a", { version: 2 })] })).toEqual(ok(undefined));
  });

  test("of two commits at the same time that build on the same row one is a conflict", async () => {
    const store = await open();
    await store.commit({ put: [message("a")] });

    const outcomes = await Promise.all([
      store.commit({ put: [message("a", { version: 2 }), message("first")] }),
      store.commit({ put: [message("a", { version: 2 }), message("second")] }),
    ]);

    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(await store.count("messages")).toBe(2);
  });

  test("a removed row is gone and may be made anew", async () => {
    const store = await open();
    await store.commit({ put: [message("a"), message("b")] });

    await store.commit({ remove: [message("a"), { table: "messages", id: "never was" }] });

    expect(await store.get("messages", "a")).toBeUndefined();
    expect(ids(await store.list("messages"))).toEqual(["b"]);
    expect(await store.commit({ put: [message("a")] })).toEqual(ok(undefined));
  });

  test("a commit that names a row twice is refused as a bug", async () => {
    const store = await open();

    await expect(store.commit({ put: [message("a"), message("a")] })).rejects.toThrow(RangeError);
    await expect(store.commit({ put: [message("a")], remove: [message("a")] })).rejects.toThrow(RangeError);

    expect(await store.count("messages")).toBe(0);
  });

  test("clear leaves no row in any table", async () => {
    const store = await open();
    await store.commit({ put: TABLES.map((table) => ({ ...message("a"), table })) });

    await store.clear();

    for (const table of TABLES) expect(await store.count(table)).toBe(0);
    expect(await store.commit({ put: [message("a")] })).toEqual(ok(undefined));
  });

  test("a closed store rejects", async () => {
    const store = await open();

    await store.close();

    await expect(store.get("messages", "a")).rejects.toThrow();
    await expect(store.commit({ put: [message("a")] })).rejects.toThrow();
  });
}

function message(id: string, place: Partial<Pick<Row, "index" | "order" | "version">> = {}): Row {
  return { table: "messages", id, version: 1, sealed: new Uint8Array([1, 2, 3]), ...place };
}

function ids(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => row.id);
}
