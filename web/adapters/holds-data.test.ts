import { expect, test } from "vitest";
import { holdsData } from "./holds-data.ts";

/** A browser that has some databases, and counts the bytes of IndexedDB as given. */
function browser({ names, bytes, hasRoom = true }: { names: string[]; bytes?: number; hasRoom?: boolean }) {
  const asked: string[] = [];
  return {
    asked,
    storage: {
      async estimate() {
        return { usageDetails: bytes === undefined ? {} : { indexedDB: bytes } } as StorageEstimate;
      },
    },
    async beginNewLog() {
      asked.push("new log");
      if (!hasRoom) throw new DOMException("there is no room for a new log", "QuotaExceededError");
    },
    indexedDB: {
      async databases() {
        asked.push("databases");
        return names.map((name) => ({ name, version: 1 }));
      },
    },
  };
}

test("where the bytes of an account are counted there is data, and no log is opened to know it", async () => {
  const counted = browser({ names: ["tacit"], bytes: 300_000 });

  expect(await holdsData("tacit", counted)).toBe(true);
  expect(counted.asked).toEqual([]);
});

test.each([undefined, 0, 1_795])(
  "where %s bytes are counted a new log is begun before the databases are asked for",
  async (bytes) => {
    const started = browser({ names: ["tacit"], ...(bytes !== undefined && { bytes }) });
    const empty = browser({ names: ["another"], ...(bytes !== undefined && { bytes }) });

    expect(await holdsData("tacit", started)).toBe(true);
    expect(await holdsData("tacit", empty)).toBe(false);
    expect(started.asked).toEqual(["new log", "databases"]);
  },
);

test("CS-5: a browser that has just started on a full disk does not open the log", async () => {
  const full = browser({ names: ["tacit"], hasRoom: false });

  await expect(holdsData("tacit", full)).rejects.toThrow("no room");
  expect(full.asked).toEqual(["new log"]);
});
