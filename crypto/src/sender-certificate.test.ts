import { type Bytes, concat } from "@tacit/shared/bytes";
import type { AccountId, DeviceId } from "@tacit/shared/ids";
import { expect, test } from "vitest";
import { generateKeyPair, type KeyPair } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";
import {
  type CertificateMemory,
  certificateMemory,
  checkCertificate,
  checkOwnCertificate,
  issueSenderCertificate,
  parseSenderCertificate,
} from "./sender-certificate.ts";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { accountIdOf } from "./verify.ts";
import { signXeddsa } from "./xeddsa.ts";

const EXPIRES_AT_MS = Date.UTC(2026, 10, 21);
const random = seededRandom("sender certificates");
const alice = person();
const order = {
  accountId: accountIdOf(alice.publicKey),
  deviceId: 5 as DeviceId,
  expiresAtMs: EXPIRES_AT_MS,
  identity: alice,
};

test("an account's own certificate holds until it expires, and names the account and the device", () => {
  const certificate = issueSenderCertificate(order, random);

  expect(check(certificate)).toEqual({
    ok: true,
    value: { accountId: order.accountId, deviceId: 5, identityKey: alice.publicKey },
  });
  expect(check(certificate, EXPIRES_AT_MS + 1)).toEqual({ ok: false, reason: "expired" });
});

test("nobody is issued a certificate for another's account, or one for no device or no time", () => {
  const accountId = accountIdOf(person().publicKey);

  expect(() => issueSenderCertificate({ ...order, accountId }, random)).toThrow(RangeError);
  expect(() => issueSenderCertificate({ ...order, deviceId: 0 as DeviceId }, random)).toThrow(RangeError);
  expect(() => issueSenderCertificate({ ...order, deviceId: 128 as DeviceId }, random)).toThrow(RangeError);
  expect(() => issueSenderCertificate({ ...order, expiresAtMs: -1 }, random)).toThrow(RangeError);
  expect(() => issueSenderCertificate({ ...order, expiresAtMs: 1.5 }, random)).toThrow(RangeError);
});

test("a certificate with any bit changed or cut short is worth nothing", () => {
  const certificate = issueSenderCertificate(order, random);

  for (const cut of eachTruncation(certificate)) expect(check(cut)).toBe("malformed");
  for (const changed of eachBitFlipped(certificate)) expect(check(changed)).not.toHaveProperty("ok", true);
});

test("an honest certificate rebuilt field by field is honest", () => {
  expect(check(rebuilt({}))).toHaveProperty("ok", true);
});

test.each<[string, Partial<Fields>]>([
  ["without an account id", { accountId: undefined }],
  ["whose account id is no UUID", { accountId: "alice" }],
  ["whose account id is in capitals", { accountId: order.accountId.toUpperCase() }],
  ["without a device", { deviceId: undefined }],
  ["of device 0", { deviceId: 0 }],
  ["of device 128", { deviceId: 128 }],
  ["without an expiry", { expiresAtMs: undefined }],
  ["that expires past every date", { expiresAtMs: 2n ** 53n }],
  ["without an identity key", { key: undefined }],
  ["whose identity key has no type byte", { key: alice.publicKey.slice(1) }],
  ["whose identity key has a tail", { key: concat(alice.publicKey, Uint8Array.of(0)) }],
  ["without a server certificate", { server: undefined }],
  ["whose server key has another type", { server: { id: 1, key: alice.publicKey.slice().fill(6, 0, 1) } }],
  ["whose server has no id", { server: { id: undefined, key: alice.publicKey } }],
  ["whose server has no key", { server: { id: 1, key: undefined } }],
])("a certificate %s is malformed", (_, changes) => {
  expect(check(rebuilt(changes))).toBe("malformed");
});

test("a certificate with a signature of the wrong length, or without one, is malformed", () => {
  const fields = readProtobuf(issueSenderCertificate(order, random), { certificate: [1, "bytes"] });
  for (const signature of [undefined, random(0), random(63), random(65)]) {
    expect(check(new ProtobufWriter().bytes(1, fields?.certificate).bytes(2, signature).finish())).toBe("malformed");
  }
});

test("a certificate for another account than its key's, or by another key, is forged", () => {
  const bob = person();

  expect(check(rebuilt({ accountId: accountIdOf(bob.publicKey) as AccountId }))).toHaveProperty("reason", "forged");
  expect(check(rebuilt({ key: bob.publicKey }))).toHaveProperty("reason", "forged");
  expect(check(rebuilt({ server: { id: 1, key: bob.publicKey } }))).toHaveProperty("reason", "forged");
  expect(check(rebuilt({}, bob))).toHaveProperty("reason", "forged");
});

test("an account does not hand its word on: a server key of another's is forged, however well signed", () => {
  const bob = person();
  const delegated = sign(bob, unsigned({ server: { id: 1, key: bob.publicKey } }));

  expect(check(delegated)).toHaveProperty("reason", "forged");
  expect(checkUnder(delegated, alice)).toHaveProperty("ok", true);
});

test("a certificate that was found good is not verified again, and must be in time again", () => {
  const [certificate, verified] = [issueSenderCertificate(order, random), certificateMemory()];
  expect(asked(() => check(certificate, EXPIRES_AT_MS, verified))).toBe(2);

  expect(asked(() => expect(check(certificate, EXPIRES_AT_MS, verified)).toHaveProperty("ok", true))).toBe(0);
  expect(check(certificate, EXPIRES_AT_MS + 1, verified)).toEqual({ ok: false, reason: "expired" });
});

test("a good certificate says nothing for one with a bit changed", () => {
  const [certificate, verified] = [issueSenderCertificate(order, random), certificateMemory()];
  check(certificate, EXPIRES_AT_MS, verified);

  for (const changed of eachBitFlipped(certificate)) {
    expect(check(changed, EXPIRES_AT_MS, verified)).not.toHaveProperty("ok", true);
  }
});

test("neither a forged certificate nor one that came late is remembered", () => {
  const [forged, late, verified] = [rebuilt({}, person()), rebuilt({}), certificateMemory()];

  for (let times = 0; times < 2; times++) {
    expect(asked(() => expect(check(forged, EXPIRES_AT_MS, verified)).toHaveProperty("reason", "forged"))).toBe(2);
    expect(asked(() => expect(check(late, EXPIRES_AT_MS + 1, verified)).toHaveProperty("ok", false))).toBe(2);
  }
});

test("a memory of certificates forgets its oldest", () => {
  const verified = certificateMemory(2);
  for (const hash of ["a", "b", "b", "c"]) verified.add(hash);

  expect(["a", "b", "c"].map(verified.has)).toEqual([false, true, true]);
});

type Fields = {
  readonly deviceId: number | undefined;
  readonly expiresAtMs: bigint | undefined;
  readonly key: Bytes | undefined;
  readonly server: { readonly id: number | undefined; readonly key: Bytes | undefined } | undefined;
  readonly accountId: string | undefined;
};

/** Alice's certificate with `changes`, and every signature of `signer` in order. */
function rebuilt(changes: Partial<Fields>, signer = alice): Bytes {
  return sign(signer, unsigned(changes, signer));
}

function unsigned(changes: Partial<Fields>, root = alice): Bytes {
  const fields: Fields = {
    deviceId: order.deviceId,
    expiresAtMs: BigInt(order.expiresAtMs),
    key: alice.publicKey,
    server: { id: 1, key: alice.publicKey },
    accountId: order.accountId,
    ...changes,
  };
  const { server } = fields;
  return new ProtobufWriter()
    .u32(2, fields.deviceId)
    .fixed64(3, fields.expiresAtMs)
    .bytes(4, fields.key)
    .bytes(5, server && sign(root, new ProtobufWriter().u32(1, server.id).bytes(2, server.key).finish()))
    .string(6, fields.accountId)
    .finish();
}

function sign({ privateKey }: KeyPair, bytes: Bytes): Bytes {
  return new ProtobufWriter()
    .bytes(1, bytes)
    .bytes(2, signXeddsa(privateKey, bytes, random))
    .finish();
}

let questions = 0;

function check(bytes: Bytes, nowMs = EXPIRES_AT_MS, verified?: CertificateMemory) {
  const certificate = parseSenderCertificate(bytes);
  if (certificate === undefined) return "malformed";
  return run(checkOwnCertificate(certificate, nowMs, verified), (call) => {
    questions++;
    return noblePrimitives(call);
  });
}

/** How many primitives `during` asked for. */
function asked(during: () => unknown): number {
  const before = questions;
  during();
  return questions - before;
}

function checkUnder(bytes: Bytes, root: KeyPair) {
  const certificate = parseSenderCertificate(bytes);
  return certificate && run(checkCertificate(certificate, [root.publicKey], EXPIRES_AT_MS), noblePrimitives);
}

function person(): KeyPair {
  return run(generateKeyPair(random), noblePrimitives);
}
