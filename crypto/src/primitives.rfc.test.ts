import { gcmsiv } from "@noble/ciphers/aes.js";
import { type Bytes, concat, fromHex, toHex } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { verifyEd25519 } from "./edwards.ts";
import { hkdf, hmacSha256 } from "./hkdf.ts";
import { noblePrimitives } from "./noble-primitives.ts";

test("X25519 of RFC 7748 §5.2 and §6.1", () => {
  expect(
    x25519(
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    ),
  ).toBe("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  expect(
    x25519(
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    ),
  ).toBe("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");

  const alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
  const bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
  expect(x25519Public(alice)).toBe("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  expect(x25519Public(bob)).toBe("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const secret = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  expect([x25519(alice, x25519Public(bob)), x25519(bob, x25519Public(alice))]).toEqual([secret, secret]);
});

test("X25519 of RFC 7748 §5.2, one and a thousand times over", () => {
  let [k, u] = ["09".padEnd(64, "0"), "09".padEnd(64, "0")];
  for (let i = 1; i <= 1000; i++) {
    [k, u] = [x25519(k, u), k];
    if (i === 1) expect(k).toBe("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
  }
  expect(k).toBe("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
});

test.each([
  ["0b".repeat(20), toUtf8("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
  [
    toHex(toUtf8("Jefe")),
    toUtf8("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  ["aa".repeat(20), fromHex("dd".repeat(50)), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
  [
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    fromHex("cd".repeat(50)),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [
    "aa".repeat(131),
    toUtf8("Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
])("HMAC-SHA-256 of RFC 4231 §4, number %$", (key, message, tag) => {
  const half = Math.floor(message.length / 2);

  expect(toHex(hmacSha256(fromHex(key), message))).toBe(tag);
  expect(toHex(hmacSha256(fromHex(key), message.subarray(0, half), message.subarray(half)))).toBe(tag);
});

test("HKDF-SHA-256 of RFC 5869 §A", () => {
  const counting = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => from + i);
  const short = new Uint8Array(22).fill(0x0b);

  expect(toHex(hkdf(counting(0, 13), short, counting(0xf0, 10), 42))).toBe(
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  );
  expect(toHex(hkdf(counting(0x60, 80), counting(0, 80), counting(0xb0, 80), 82))).toBe(
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b836" +
      "7793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  );
  const withoutSalt = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8";
  expect(toHex(hkdf(undefined, short, "", 42))).toBe(withoutSalt);
  expect(toHex(hkdf(new Uint8Array(32), short, "", 42))).toBe(withoutSalt);
});

test.each([
  [
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655" +
      "141438e7a100b",
  ],
  [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0" +
      "0d291612bb0c00",
  ],
  [
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0" +
      "27beceea1ec40a",
  ],
])("Ed25519 of RFC 8032 §7.1 by %s", (publicKey, message, signature) => {
  expect(verifyEd25519(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true);
  expect(verifyEd25519(fromHex(publicKey), fromHex(`${message}00`), fromHex(signature))).toBe(false);
});

test.each([
  {
    key: `01${"00".repeat(31)}`,
    nonce: `03${"00".repeat(11)}`,
    aad: "",
    plain: "0100000000000000",
    sealed: "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28",
  },
  {
    key: "bae8e37fc83441b16034566b7a806c46bb91c3c5aedb64a6c590bc84d1a5e269",
    nonce: "e4b47801afc0577e34699b9e",
    aad: "4fbdc66f14",
    plain: "671fdd",
    sealed: "0eaccb93da9bb81333aee0c785b240d319719d",
  },
  {
    // §C.3: the counter wraps.
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    aad: "",
    plain: "000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108",
    sealed: "f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3eaffffffff000000000000000000000000",
  },
])("AES-256-GCM-SIV of RFC 8452 §C with key $key", ({ key, nonce, aad, plain, sealed }) => {
  const cipher = () => gcmsiv(fromHex(key), fromHex(nonce), fromHex(aad));

  expect(toHex(cipher().encrypt(fromHex(plain)))).toBe(sealed);
  expect(toHex(cipher().decrypt(fromHex(sealed)))).toBe(plain);
  expect(() => cipher().decrypt(concat(fromHex(sealed), Uint8Array.of(0)))).toThrow();
});

function x25519(privateKey: string, publicKey: string): string {
  const answer = noblePrimitives({ op: "x25519", privateKey: fromHex(privateKey), publicKey: fromHex(publicKey) });
  return toHex(answer as Bytes);
}

function x25519Public(privateKey: string): string {
  return toHex(noblePrimitives({ op: "x25519-public", privateKey: fromHex(privateKey) }) as Bytes);
}
