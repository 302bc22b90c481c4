import { fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { encapsulateInTwo, splitKey } from "../testing/incremental-kem.ts";
import { hasWycheproof, loadWycheproof } from "../testing/wycheproof.ts";

const SET = "mlkem_768_encaps_test";
const isHere = await hasWycheproof(SET, process.env["CI"] === "true", console.info);

test.skipIf(!isHere)("the known encapsulations come out in two steps, and no malformed key is taken", async () => {
  const vectors = (await loadWycheproof(SET)).flatMap(({ tests }) => tests);
  const taken = vectors.filter(({ ek, m, c, K, result }) => {
    const [publicKey, message] = [fromHex(String(ek)), fromHex(String(m))];
    // A key of another length never gets this far: the erasure code gives 1152 bytes, and the header 32.
    if (publicKey.length !== 1184) return false;
    const isValid = result === "valid";
    const known = isValid ? { ciphertext: fromHex(String(c)), secret: fromHex(String(K)) } : undefined;
    expect(encapsulateInTwo(splitKey(publicKey), message)).toEqual(known);
    return isValid;
  });

  expect(taken).toHaveLength(133);
});
