import { type Bytes, concat, equalBytes } from "@tacit/shared/bytes";
import { KIB } from "@tacit/shared/limits";
import { type FileFrame, MAX_WANTS } from "@tacit/shared/wire/file-frames";
import { expect, test } from "vitest";
import { Serving, type ServingPorts } from "./serving.ts";

const FILE = new Uint8Array(16).fill(1);
const OTHER = new Uint8Array(16).fill(2);
const content = Uint8Array.from({ length: 700 * KIB }, (_, at) => (at * 31) % 251);

test("what is wanted is given in order, at the pace that the channel takes it", async () => {
  const end = open();
  end.room = 2;

  end.serving.want(want(FILE, 1, 0, 300 * KIB));
  end.serving.want(want(FILE, 2, 300 * KIB, 700 * KIB));
  await end.settled();
  expect(end.sent).toHaveLength(2);
  for (let more = 0; more < 12; more++) {
    end.room = 1;
    end.serving.writable();
    await end.settled();
  }

  expect(equalBytes(concat(...end.parts()), content)).toBe(true);
});

test("after a stop nothing more of that file is given, and the others go on", async () => {
  const end = open();
  end.room = 1;
  end.serving.want(want(FILE, 1, 0, 700 * KIB));
  end.serving.want(want(FILE, 2, 0, 700 * KIB));
  end.serving.want(want(OTHER, 3, 0, 64 * KIB));
  await end.settled();

  end.serving.stop(FILE);
  end.room = 100;
  end.serving.writable();
  await end.settled();

  const asks = end.sent.map((frame) => ("ask" in frame ? frame.ask : undefined));
  // The part that waited for room had left already.
  expect(asks).toEqual([1, 1, 3]);
});

test("a file is looked for anew at each want: taken back in between, it is refused", async () => {
  const end = open();
  end.room = 100;
  end.serving.want(want(FILE, 1, 0, 64 * KIB));
  await end.settled();
  end.isWithdrawn = true;

  end.serving.want(want(FILE, 2, 64 * KIB, 128 * KIB));
  await end.settled();

  expect(end.sent.slice(1)).toEqual([{ cannot: FILE, why: "withdrawn" }]);
});

test("nobody has more wants than they may", () => {
  const end = open();
  end.room = 0;

  for (let ask = 0; ask < MAX_WANTS; ask++) expect(end.serving.want(want(FILE, ask, 0, KIB))).toBe(true);

  expect(end.serving.want(want(FILE, MAX_WANTS, 0, KIB))).toBe(false);
});

test("who asks for what is nowhere is answered once that was looked into: such wants do not pile up", async () => {
  const end = open();
  end.room = 100;
  const [lookedInto, looks] = [Promise.withResolvers<void>(), { count: 0 }];
  end.missing = () => {
    looks.count += 1;
    return lookedInto.promise;
  };

  for (let ask = 0; ask < MAX_WANTS; ask++)
    end.serving.want(want(ask % 2 === 0 ? FILE : OTHER, ask, 700 * KIB, 701 * KIB));
  await end.settled();
  expect([looks.count, end.sent]).toEqual([1, []]);
  lookedInto.resolve();
  await end.settled();

  expect(looks.count).toBe(2);
  expect(end.sent).toEqual([FILE, OTHER].map((file) => ({ cannot: file, why: "lost" })));
});

function want(file: Bytes, ask: number, from: number, until: number) {
  return { want: file, ask, from, until };
}

/** One end whose channel takes as many frames as it has `room` for. */
function open() {
  const sent: FileFrame[] = [];
  const end = {
    sent,
    room: 0,
    isWithdrawn: false,
    missing: (): Promise<void> => Promise.resolve(),
    parts: () => sent.flatMap((frame) => ("part" in frame ? [frame.part] : [])),
    settled: () => new Promise((resolve) => setImmediate(resolve)),
    serving: new Serving({
      send(frame): boolean {
        if (end.room === 0) return false;
        end.room -= 1;
        sent.push(frame);
        return true;
      },
      find: (): ReturnType<ServingPorts["find"]> => (end.isWithdrawn ? { why: "withdrawn" } : "shelf"),
      read: async (_, start, until) => content.slice(start, until),
      moved() {},
      missed: (): Promise<void> => end.missing(),
    }),
  };
  return end;
}
