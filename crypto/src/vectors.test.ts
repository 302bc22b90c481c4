/**
 * Known answers that the official library gave (tests/interop/make-vectors.ts), checked without it. Nothing here needs
 * Node: `vectors.browser.test.ts` runs the same tests in Chromium.
 */
import { fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import fingerprints from "../vectors/fingerprint.json" with { type: "json" };
import kyber from "../vectors/kyber1024.json" with { type: "json" };
import sealed from "../vectors/sealed-sender.json" with { type: "json" };
import sessions from "../vectors/session.json" with { type: "json" };
import signatures from "../vectors/xeddsa.json" with { type: "json" };
import { compareScannable, fingerprint } from "./fingerprint.ts";
import { type PublicKey, parsePublicKey, toKeyPair, toPrivateKey } from "./keys.ts";
import { decapsulate, parseKyberCiphertext, parseKyberSecretKey } from "./kyber1024.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { readProtobuf } from "./protobuf.ts";
import { openSealed, openSealedUnder } from "./sealed-sender.ts";
import { replay } from "./testing/transcript.ts";
import { verifySignature } from "./verify.ts";
import { verifyXeddsa } from "./xeddsa.ts";

test("we accept the signatures that the official library made", () => {
  for (const vector of signatures.vectors) {
    const [message, signature] = [fromHex(vector.message), fromHex(vector.signature)];
    const publicKey = readKey(vector.publicKey);

    expect(verifySignature(publicKey, message, signature)).toBe(true);
    expect(run(verifyXeddsa(publicKey, message, signature), noblePrimitives)).toBe(true);
    expect(verifySignature(publicKey, fromHex(`${vector.message}00`), signature)).toBe(false);
  }
  expect(signatures.vectors).toHaveLength(12);
});

test("we show the numbers and the codes that the official library showed", () => {
  const party = ({ id, key }: { id: string; key: string }) => ({ id: fromHex(id), identityKey: readKey(key) });
  for (const { local, remote, displayable, scannable } of fingerprints.vectors) {
    const ours = fingerprint(party(local), party(remote));
    const theirs = fingerprint(party(remote), party(local));

    expect(ours.displayable).toBe(displayable);
    expect(ours.scannable).toEqual(fromHex(scannable));
    expect(compareScannable(theirs, fromHex(scannable))).toBe("match");
  }
  expect(fingerprints.vectors).toHaveLength(5);
});

test("we decapsulate what the official library encapsulated", () => {
  for (const { secretKey, ciphertext, sharedSecret } of kyber.vectors) {
    const key = present(parseKyberSecretKey(fromHex(secretKey)));
    const secret = run(decapsulate(key, present(parseKyberCiphertext(fromHex(ciphertext)))), noblePrimitives);

    expect(secret).toEqual(fromHex(sharedSecret));
  }
  expect(kyber.vectors).toHaveLength(3);
});

test("we open the envelopes that the official library sealed, for as long as they are good", () => {
  for (const vector of sealed.vectors) {
    const identity = run(toKeyPair(toPrivateKey(fromHex(vector.recipientPrivateKey))), noblePrimitives);
    const openAt = (nowMs: number) => {
      const opening = { identity, sealed: fromHex(vector.sealed), nowMs };
      const step = vector.isOwnRoot ? openSealedUnder([readKey(vector.trustRoot)], opening) : openSealed(opening);
      return run(step, noblePrimitives);
    };

    expect(openAt(vector.expiresAtMs)).toEqual({
      ok: true,
      value: {
        sender: { ...vector.sender, identityKey: readKey(vector.sender.identityKey) },
        kind: vector.kind,
        contentHint: vector.contentHint,
        message: fromHex(vector.message),
      },
    });
    expect(openAt(vector.expiresAtMs + 1)).toEqual({ ok: false, reason: "expired" });
  }
  expect(sealed.vectors.map(({ isOwnRoot }) => isOwnRoot)).toEqual([false, true]);
});

test.each(sessions.vectors)("we live through the conversation with the official library where $seed", (transcript) => {
  expect(replay(transcript)).toEqual(transcript.steps);
});

test("the conversations are long enough to matter: both ratchets turn, and messages arrive late", () => {
  for (const { steps } of sessions.vectors) {
    const theirs = steps.filter(({ from, kind }) => from === "them" && kind === "whisper").map(readHeader);
    const counters = theirs.map(({ counter }) => counter);

    expect(new Set(theirs.map(({ ratchetKey }) => ratchetKey)).size).toBeGreaterThan(10);
    expect(counters.some((counter, i) => i > 0 && counter === (counters[i - 1] as number) - 1)).toBe(true);
    expect(Math.max(...theirs.map(({ epoch }) => epoch))).toBeGreaterThan(1);
  }
});

function readHeader({ message }: { readonly message: string }) {
  const schema = { ratchetKey: [1, "bytes"], counter: [2, "u32"], pqRatchet: [5, "bytes"] } as const;
  const fields = readProtobuf(fromHex(message).subarray(1, -8), schema);
  // SPQR's version, then its epoch, which stays below 128 here.
  return { ratchetKey: String(fields?.ratchetKey), counter: fields?.counter ?? 0, epoch: fields?.pqRatchet?.[1] ?? 0 };
}

function readKey(hex: string): PublicKey {
  return present(parsePublicKey(fromHex(hex)));
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a vector cannot be read");
  return value;
}
