import type { MessageId } from "@tacit/shared/ids";
import type { MessagePage, MessageRow } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { type Echo, stillWaiting, toEcho, withEchoes } from "./echo.ts";
import { keyOf, toTimeline } from "./timeline-items.ts";

test("what was sent stands at the end while it waits, and its message takes its place there", () => {
  const echo = toEcho(id("two"), "two", 2, undefined);
  const before = page([stored("one")]);

  const echoed = withEchoes({ page: before, newest: before }, [echo]);
  expect(echoed.page).toBe(echoed.newest);
  expect(echoed.page.rows).toEqual([...before.rows, echo]);

  const after = page([stored("one"), stored("two")]);
  const there = { page: after, newest: after };
  expect(withEchoes(there, [echo])).toBe(there);
  expect(toTimeline(after, undefined).map(({ key }) => key)).toEqual(
    toTimeline(echoed.page, undefined).map(({ key }) => key),
  );
});

test("whoever reads further back has the echo at the end of the newest messages only", () => {
  const [older, newest] = [page([stored("one")]), page([stored("two")])];

  const echoed = withEchoes({ page: older, newest }, [toEcho(id("three"), "three", 3, undefined)]);

  expect(echoed.page).toBe(older);
  expect(echoed.newest.rows.map(keyOf)).toEqual(["mine two", "mine three"]);
});

test("an echo ends with its own message and with no other of the same words", () => {
  const [first, second] = [toEcho(id("first"), "ok", 1, undefined), toEcho(id("second"), "ok", 1, undefined)];
  const echoes: readonly Echo[] = [first, second];
  const none = page([{ ...stored("theirs"), id: first.id, isMine: false }]);
  const one = page([stored("second")]);

  expect(stillWaiting({ page: none, newest: none }, echoes)).toBe(echoes);
  expect(stillWaiting({ page: one, newest: one }, echoes)).toEqual([first]);
});

test("an echo is never more than waiting, and says what it answers", () => {
  const answered = { ...stored("question"), text: "x".repeat(1_000), isMine: false };

  const echo = toEcho(id("answer"), "yes", 1, answered);

  expect(echo).toMatchObject({ mark: "waiting", path: undefined });
  expect(echo.replyTo).toEqual({ id: answered.id, text: "x".repeat(200), isMine: false });
});

function id(name: string): MessageId {
  return name as MessageId;
}

function page(rows: readonly MessageRow[]): MessagePage {
  return { rows, hasMore: true, firstUnread: undefined };
}

function stored(name: string): Extract<MessageRow, { kind: "text" }> {
  const { isEcho: _, ...row } = toEcho(id(name), name, 2, undefined);
  return { ...row, key: `row of ${name}` };
}
