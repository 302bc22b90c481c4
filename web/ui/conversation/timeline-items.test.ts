import type { MessageId } from "@tacit/shared/ids";
import type { Mark, MessageRow } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { toTimeline } from "./timeline-items.ts";

const place = { locale: "en-GB", timeZone: "UTC" };
const noon = Date.parse("2026-11-21T12:00:00Z");
const minutes = (count: number) => noon + count * 60_000;

test("messages of one sender within five minutes make a run", () => {
  const rows = [mine("a", minutes(0)), mine("b", minutes(4)), mine("c", minutes(10)), theirs("d", minutes(11))];

  expect(runs(rows)).toEqual(["a start", "b end", "c start end", "d start end"]);
});

test("a notice, the unread divider and midnight end a run", () => {
  const notice: MessageRow = { kind: "notice", key: "n", atMs: minutes(1), notice: "verified" };
  expect(runs([mine("a", minutes(0)), notice, mine("b", minutes(2))])).toEqual([
    "a start end",
    "n start end",
    "b start end",
  ]);

  expect(runs([theirs("a", minutes(0)), theirs("b", minutes(1))], "b")).toEqual(["a start end", "b start end"]);

  const midnight = Date.parse("2026-11-22T00:00:00Z");
  expect(runs([mine("a", midnight - 1000), mine("b", midnight + 1000)])).toEqual(["a start end", "b start end"]);
});

test("each day begins with a divider, and the first unread message stands below its own", () => {
  const rows = [theirs("a", minutes(-24 * 60)), theirs("b", minutes(0)), theirs("c", minutes(30))];

  const kinds = toTimeline({ rows, hasMore: false }, "b", place).map(({ kind }) => kind);

  expect(kinds).toEqual(["start", "day", "row", "day", "unread", "row", "row"]);
});

test("the start is only shown where nothing older exists", () => {
  expect(toTimeline({ rows: [], hasMore: true }, undefined, place)).toEqual([]);
  expect(toTimeline({ rows: [], hasMore: false }, undefined, place)).toEqual([{ kind: "start", key: "start" }]);
});

test("within a run, the last message of each mark is signed", () => {
  const rows = [mine("a", minutes(0), "read"), mine("b", minutes(1), "read"), mine("c", minutes(2), "sent")];

  const signed = toTimeline({ rows, hasMore: true }, undefined, place).flatMap((item) =>
    item.kind === "row" && item.isSigned ? [item.row.key] : [],
  );

  expect(signed).toEqual(["b", "c"]);
});

function runs(rows: readonly MessageRow[], firstUnread?: string): readonly string[] {
  return toTimeline({ rows, hasMore: true }, firstUnread, place).flatMap((item) =>
    item.kind === "row"
      ? [[item.row.key, item.isRunStart && "start", item.isRunEnd && "end"].filter(Boolean).join(" ")]
      : [],
  );
}

function mine(key: string, atMs: number, mark: Mark = "sent"): MessageRow {
  return text(key, atMs, true, mark);
}

function theirs(key: string, atMs: number): MessageRow {
  return text(key, atMs, false, undefined);
}

function text(key: string, atMs: number, isMine: boolean, mark: Mark | undefined): MessageRow {
  return {
    kind: "text",
    key,
    id: key as MessageId,
    isMine,
    text: key,
    atMs,
    replyTo: undefined,
    mark,
    failure: undefined,
    deliveredAtMs: undefined,
    path: "relay",
    readAtMs: undefined,
  };
}
