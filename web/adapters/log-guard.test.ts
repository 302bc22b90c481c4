import { expect, test } from "vitest";
import { LogGuard } from "./log-guard.ts";

/** A log that a full disk leaves with half a record at its end, and what was written behind that. */
class Log {
  hasRoom = true;
  begun = 0;
  readonly behindHalf: string[] = [];
  #isTorn = false;
  isOpen = true;
  isClosedByFailure = true;
  readonly guard = new LogGuard({
    beginNewLog: async () => {
      if (!this.hasRoom) throw new Error("there is no room");
      this.#isTorn = false;
      this.begun += 1;
    },
    isOpen: () => this.isOpen,
    settle: async () => {
      this.isOpen = !this.isClosedByFailure;
    },
  });

  write(text: string): Promise<string> {
    return this.guard.write(async () => {
      if (this.#isTorn) this.behindHalf.push(text);
      if (this.hasRoom) return text;
      this.#isTorn = true;
      throw new Error("the disk is full");
    });
  }
}

test("a log is begun before the first write, and no more while it stays open", async () => {
  const log = new Log();

  await log.write("one");
  await log.write("two");

  expect(log.begun).toBe(1);
});

test("nothing is written behind a write that failed, until there is room for a new log", async () => {
  const log = new Log();
  await log.write("one");
  log.hasRoom = false;
  await expect(log.write("two")).rejects.toThrow("the disk is full");

  await expect(log.write("three")).rejects.toThrow("there is no room");
  log.hasRoom = true;
  expect(await log.write("four")).toBe("four");

  expect(log.behindHalf).toEqual([]);
  expect(log.begun).toBe(2);
});

test("where the database is closed nothing is read before a new log is begun, for to open it writes to the log", async () => {
  const log = new Log();
  const read = async () => "what was stored";
  log.isOpen = false;
  log.hasRoom = false;
  await expect(log.guard.read(read)).rejects.toThrow("there is no room");
  log.hasRoom = true;
  expect(await log.guard.read(read)).toBe("what was stored");
  expect(await log.guard.read(read)).toBe("what was stored");
  expect(log.begun).toBe(1);
  log.isOpen = true;
  await log.write("one");
  log.hasRoom = false;
  await expect(log.write("two")).rejects.toThrow("the disk is full");

  await expect(log.guard.read(read)).rejects.toThrow("there is no room");
  log.hasRoom = true;
  expect(await log.guard.read(read)).toBe("what was stored");
});

test("where a write that failed left the database open it is read", async () => {
  const log = new Log();
  log.isClosedByFailure = false;
  await log.write("one");
  log.hasRoom = false;
  await expect(log.write("two")).rejects.toThrow("the disk is full");

  expect(await log.guard.read(async () => "what was stored")).toBe("what was stored");
  await expect(log.write("three")).rejects.toThrow("there is no room");
});

test("where somebody else's write closed the database the log is begun anew", async () => {
  const log = new Log();
  await log.write("one");

  log.guard.closed();
  await log.write("two");

  expect(log.begun).toBe(2);
});

test("a full disk can be erased", async () => {
  const log = new Log();
  log.hasRoom = false;

  expect(await log.guard.removeAll(async () => {})).toBeUndefined();
});
