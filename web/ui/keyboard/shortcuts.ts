/** A key with what is held down with it. `mod`: Ctrl, or Cmd on Apple's keyboards. */
export type Chord = {
  readonly key: string;
  readonly mod?: true;
  readonly alt?: true;
  readonly shift?: true;
};

/** What works anywhere in the open messenger. Browsers keep Ctrl+T, N, W, Tab and the digits for themselves. */
export const SHORTCUTS = {
  switcher: { key: "k", mod: true },
  sheet: { key: "/", mod: true },
  settings: { key: ",", mod: true },
  details: { key: ".", mod: true },
  lock: { key: "l", mod: true, shift: true },
  previous: { key: "ArrowUp", alt: true },
  next: { key: "ArrowDown", alt: true },
  previousUnread: { key: "ArrowUp", alt: true, shift: true },
  nextUnread: { key: "ArrowDown", alt: true, shift: true },
  region: { key: "F6" },
  regionBack: { key: "F6", shift: true },
} as const satisfies Record<string, Chord>;

export type Shortcut = keyof typeof SHORTCUTS;

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The shortcut that a key press is, if any. */
export function shortcutOf(pressed: Pressed, isApple: boolean): Shortcut | undefined {
  const names = Object.keys(SHORTCUTS) as Shortcut[];
  return names.find((name) => isPressed(SHORTCUTS[name], pressed, isApple));
}

function isPressed(chord: Chord, pressed: Pressed, isApple: boolean): boolean {
  const mod = isApple ? pressed.metaKey : pressed.ctrlKey;
  const other = isApple ? pressed.ctrlKey : pressed.metaKey;
  // Where a slash is typed with Shift, Shift is a part of the slash. Ctrl+F6 is F6 for those whose browser keeps F6.
  const needsShift = chord.key.length > 1 || chord.shift === true;
  const mayHaveMod = chord.key === "F6";
  return (
    pressed.key.toLowerCase() === chord.key.toLowerCase() &&
    (mod === (chord.mod ?? false) || (mayHaveMod && mod)) &&
    !other &&
    pressed.altKey === (chord.alt ?? false) &&
    (!needsShift || pressed.shiftKey === (chord.shift ?? false))
  );
}

export function hasAppleKeyboard(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}
