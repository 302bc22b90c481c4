import { expect, test } from "vitest";
import type { Keyholder } from "../ports/keyholder.ts";
import type { Row } from "../ports/store.ts";
import { NOTE, PASSWORD } from "./keyholder-device.ts";

/** Registers what every keyholder must do with rows: each opens in its own place only. `open` gives a locked one. */
export function sealedRowsContract(open: () => Keyholder): void {
  test("a row opens in its own place only", async () => {
    const keyholder = open();
    await keyholder.createVault(PASSWORD, false);
    const [row] = (await keyholder.seal([NOTE])) as [Row];
    const { plain: _, ...place } = NOTE;
    expect(row).toEqual({ ...place, sealed: row.sealed });

    const moved: readonly Partial<Row>[] = [
      { table: "messages" },
      { id: "b" },
      { index: "j" },
      { index: undefined },
      { order: 4 },
      { order: undefined },
      { version: 1 },
      { sealed: row.sealed.slice(1) },
      { sealed: new Uint8Array() },
    ];
    const opened = await keyholder.open([row, ...moved.map((change) => ({ ...row, ...change }) as Row)]);

    expect(opened).toEqual([NOTE.plain, ...moved.map(() => undefined)]);
  });

  test("rows whose ids were swapped do not open, nor those of another vault", async () => {
    const keyholder = open();
    await keyholder.createVault(PASSWORD, false);
    const [a, b] = (await keyholder.seal([NOTE, { ...NOTE, id: "b" }])) as [Row, Row];
    const other = open();
    await other.createVault(PASSWORD, false);

    const swapped = [
      { ...a, sealed: b.sealed },
      { ...b, sealed: a.sealed },
    ];

    expect(await keyholder.open(swapped)).toEqual([undefined, undefined]);
    expect(await other.open([a, b])).toEqual([undefined, undefined]);
  });

  test("blinding is stable in one vault, different for each table, value and vault, and shows no value", async () => {
    const keyholder = open();
    const wrapped = await keyholder.createVault(PASSWORD, false);
    const again = open();
    await again.unlockByPassword(wrapped, PASSWORD);
    const other = open();
    await other.createVault(PASSWORD, false);

    const blinded = await keyholder.blind("meta", ["alice", "bob", "alice"]);

    expect(await again.blind("meta", ["alice", "bob", "alice"])).toEqual(blinded);
    expect(blinded[0]).toBe(blinded[2]);
    const all = [...blinded, ...(await keyholder.blind("sent", ["alice"])), ...(await other.blind("meta", ["alice"]))];
    expect(new Set(all).size).toBe(4);
    for (const text of all) expect(text).toMatch(/^[\w-]{22}$/);
  });
}
