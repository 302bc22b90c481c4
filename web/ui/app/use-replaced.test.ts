import type { Connection, Phase } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { nextSignIn, type SignIn } from "./use-replaced.ts";

type Step = readonly [Phase["phase"], Connection["state"]];

function after(...steps: readonly Step[]): SignIn {
  return steps.reduce<SignIn>((before, [phase, connection]) => nextSignIn(before, phase, connection), "idle");
}

test("a right password that the relay does not let in says that another device is there", () => {
  const out = ["signed-out", "signed-out"] as const;
  expect(after(["open", "online"], out)).toBe("out");
  expect(after(out, ["open", "connecting"], out)).toBe("replaced");
  expect(after(out, ["open", "connecting"], out, ["open", "connecting"], out)).toBe("replaced");
});

test("who was let in, and is signed out later, is just signed out", () => {
  const out = ["signed-out", "signed-out"] as const;
  expect(after(out, ["open", "connecting"], ["open", "draining"], out)).toBe("out");
  expect(after(out, ["open", "connecting"], ["open", "online"], ["open", "connecting"], out)).toBe("out");
});
