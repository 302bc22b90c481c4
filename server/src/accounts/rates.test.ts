import { HOUR_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { AccountGuard, PUBLIC_RATES } from "./rates.ts";

test("who guesses at a name from one place does not keep its owner from coming in from another", () => {
  const guard = new AccountGuard(new FakeClock(), PUBLIC_RATES);
  while (guard.mayLogIn("mallory's network", "alice"));

  expect(guard.mayLogIn("alice's network", "alice")).toBe(true);
});

test("from however many places, nobody guesses at a name more than 200 times an hour", () => {
  const clock = new FakeClock();
  const guard = new AccountGuard(clock, PUBLIC_RATES);
  const tryAll = () => Array.from({ length: 1_000 }, (_, place) => guard.mayLogIn(`network ${place}`, "alice"));

  expect(tryAll().filter(Boolean)).toHaveLength(200);
  clock.advance(HOUR_MS);
  expect(tryAll().filter(Boolean)).toHaveLength(200);
});
