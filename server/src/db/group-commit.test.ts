import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { GroupCommit } from "./group-commit.ts";
import { openDatabase } from "./open.ts";
import { invites } from "./schema.ts";

function stage() {
  const random = seededRandom("commits");
  const db = openDatabase(":memory:", random);
  let commitCount = 0;
  const flushes: (() => void)[] = [];
  const commits = new GroupCommit(db, (flush) => {
    commitCount++;
    flushes.push(flush);
  });
  const add = () => {
    db.insert(invites)
      .values({ hash: random(32), usesLeft: 1 })
      .run();
  };
  const rows = () => db.get<{ n: number }>(sql`SELECT count(*) AS n FROM invites`).n;
  return { db, commits, add, rows, flushes, commitCount: () => commitCount };
}

test("whatever waits is committed together, in order, and answered after", async () => {
  const { commits, add, rows, flushes, commitCount } = stage();
  const order: string[] = [];
  const work = (name: string) => () => {
    add();
    order.push(name);
    return name;
  };

  const all = Promise.all([commits.run(work("first")), commits.run(work("second")), commits.run(work("third"))]);
  expect([rows(), order]).toEqual([0, []]);
  for (const flush of flushes) flush();

  expect(await all).toEqual(["first", "second", "third"]);
  expect([rows(), order, commitCount()]).toEqual([3, ["first", "second", "third"], 1]);
});

test("one that fails is undone and refused alone; its neighbours are kept", async () => {
  const { commits, add, rows, flushes } = stage();
  let rollbacks = 0;
  commits.onRollback(() => rollbacks++);

  const before = commits.run(add);
  const bad = commits.run(() => {
    add();
    throw new Error("a bug");
  });
  const after = commits.run(add);
  for (const flush of flushes) flush();

  await expect(bad).rejects.toThrow("a bug");
  await Promise.all([before, after]);
  expect([rows(), rollbacks]).toEqual([2, 2]);
});

test("work that comes while answers go out gets the next commit", async () => {
  const { commits, add, rows, flushes } = stage();

  const first = commits.run(add).then(() => commits.run(add));
  flushes[0]?.();
  await expect.poll(() => flushes).toHaveLength(2);
  expect(rows()).toBe(1);
  flushes[1]?.();
  await first;

  expect(rows()).toBe(2);
});

test("a commit is on the disk when it returns, and what is deleted is overwritten", () => {
  const { db } = stage();
  const settings = ["synchronous", "secure_delete", "foreign_keys"].map((name) =>
    db.$client.pragma(name, { simple: true }),
  );

  expect(settings).toEqual([2, 1, 1]);
});

test("a disk that refuses is tried once for all who wait, also with work that only reads, and said once", async () => {
  const { db, commits, add, rows, flushes } = stage();
  const said: unknown[] = [];
  let tries = 0;
  commits.onRollback(() => tries++);
  commits.onRefusal((failure) => said.push(failure === undefined ? "takes" : "refuses"));
  const commit = async (...work: readonly (() => void)[]) => {
    const all = Promise.allSettled(work.map((one) => commits.run(one)));
    flushes.at(-1)?.();
    return (await all).map(({ status }) => status);
  };
  await commit(add);

  db.$client.pragma("query_only = ON");
  expect(await commit(add, add, add)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await commit(rows)).toEqual(["rejected"]);
  expect([commits.isRefused, tries]).toEqual([true, 2]);
  db.$client.pragma("query_only = OFF");
  expect(await commit(rows)).toEqual(["fulfilled"]);

  expect([commits.isRefused, rows(), said]).toEqual([false, 1, ["refuses", "takes"]]);
});

test("what comes in a crowd is taken along by whatever is committed meanwhile, and at the end", async () => {
  const { db, add, rows } = stage();
  const commits = new GroupCommit(db);

  const first = commits.gather(add);
  const second = commits.gather(add);
  await commits.run(add);
  const afterOne = rows();
  const third = commits.gather(add);
  commits.flush();

  expect([afterOne, rows()]).toEqual([3, 4]);
  await Promise.all([first, second, third]);
});
