import { expect, test } from "vitest";
import { shortcutOf } from "./shortcuts.ts";

const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test("Ctrl holds the shortcuts, and Cmd on Apple's keyboards", () => {
  expect(shortcutOf(press("k", { ctrlKey: true }), false)).toBe("switcher");
  expect(shortcutOf(press("k", { metaKey: true }), true)).toBe("switcher");
  expect(shortcutOf(press("k", { ctrlKey: true }), true)).toBeUndefined();
  expect(shortcutOf(press("k", { metaKey: true }), false)).toBeUndefined();
});

test("a slash is a slash, however the keyboard types it", () => {
  expect(shortcutOf(press("/", { ctrlKey: true }), false)).toBe("sheet");
  expect(shortcutOf(press("/", { ctrlKey: true, shiftKey: true }), false)).toBe("sheet");
});

test("letters alone are no shortcut, and AltGr is not Ctrl with Alt", () => {
  expect(shortcutOf(press("k"), false)).toBeUndefined();
  expect(shortcutOf(press("k", { ctrlKey: true, altKey: true }), false)).toBeUndefined();
});

test("locking takes Shift: without it the browser goes to its address", () => {
  expect(shortcutOf(press("L", { ctrlKey: true, shiftKey: true }), false)).toBe("lock");
  expect(shortcutOf(press("l", { ctrlKey: true }), false)).toBeUndefined();
});

test("Shift tells unread conversations from all, and back from forth", () => {
  expect(shortcutOf(press("ArrowUp", { altKey: true }), false)).toBe("previous");
  expect(shortcutOf(press("ArrowDown", { altKey: true, shiftKey: true }), false)).toBe("nextUnread");
  expect(shortcutOf(press("F6"), false)).toBe("region");
  expect(shortcutOf(press("F6", { ctrlKey: true, shiftKey: true }), false)).toBe("regionBack");
});
