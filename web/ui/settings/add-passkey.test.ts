import type { Bytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { expect, test } from "vitest";
import { addPasskey } from "./add-passkey.ts";

const bytes = (value: number): Bytes => new Uint8Array(32).fill(value);
const MADE = { lock: { credential: bytes(1), salt: bytes(2) }, secret: bytes(3) };
const ALICE = { login: "alice", name: "Alice" };

function makers(made: Result<typeof MADE, "cancelled"> = ok(MADE)) {
  const forgotten: unknown[] = [];
  return { forgotten, create: async () => made, forget: (lock: unknown) => void forgotten.push(lock) };
}

test("a passkey that unlocks this device is kept", async () => {
  const passkeys = makers();

  expect(await addPasskey({ setPasskey: async () => ok(undefined) }, passkeys, ALICE, "password")).toBeUndefined();

  expect(passkeys.forgotten).toEqual([]);
});

test("a passkey that was made and could not be added is forgotten, whatever went wrong", async () => {
  const passkeys = makers();
  const setPasskey = async () => refused("wrong-password");
  const broken = async () => Promise.reject(new Error("the device could not store"));

  expect(await addPasskey({ setPasskey }, passkeys, ALICE, "password")).toBe("wrong-password");
  await expect(addPasskey({ setPasskey: broken }, passkeys, ALICE, "password")).rejects.toThrow("could not store");

  expect(passkeys.forgotten).toEqual([MADE.lock, MADE.lock]);
});

test("where none was made, none is forgotten", async () => {
  const passkeys = makers(refused("cancelled"));

  expect(await addPasskey({ setPasskey: async () => ok(undefined) }, passkeys, ALICE, "password")).toBe("cancelled");

  expect(passkeys.forgotten).toEqual([]);
});
