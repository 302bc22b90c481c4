/**
 * The first 960 bytes of an ML-KEM-768 ciphertext (FIPS 203, Algorithm 14, lines 1-19 and 22): they depend on rho and
 * the encryption randomness, but not on the encapsulation key's vector, so that they can be sent before it arrives.
 * noble has this inside `encapsulate` only; here are the lines around its own NTT, sampler and bit packing.
 */
import { shake256 } from "@noble/hashes/sha3.js";
import { genCrystals, XOF128 } from "@noble/post-quantum/_crystals.js";
import { type Bytes, concat, wipe } from "@tacit/shared/bytes";

const RANK = 3;
const DEGREE = 256;
const Q = 3329;
/** Bits per coefficient of u. */
const D_U = 10;

type Polynomial = Uint16Array;
type Ring = ReturnType<typeof buildRing>;
// Roots of unity, the same for everybody; built when first needed.
let ring: Ring | undefined;

/** ct1 (960 bytes) from rho (32) and the randomness r (32) of K-PKE.Encrypt. */
export function ciphertextHead(rho: Uint8Array, randomness: Uint8Array): Bytes {
  ring ??= buildRing();
  const { crystals, u } = ring;
  const secret = Array.from({ length: RANK }, (_, i) => crystals.NTT.encode(sampleNoise(randomness, i)));
  const xof = XOF128(rho);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < RANK; i++) {
    const sum = new Uint16Array(DEGREE);
    for (const [j, factor] of secret.entries()) addProduct(crystals, sum, sampleUniform(xof.get(i, j)), factor);
    const row = crystals.NTT.decode(sum);
    const noise = sampleNoise(randomness, RANK + i);
    for (let k = 0; k < DEGREE; k++) row[k] = ((row[k] as number) + (noise[k] as number)) % Q;
    parts.push(u.encode(row));
    noise.fill(0);
    row.fill(0);
  }
  for (const polynomial of secret) polynomial.fill(0);
  return concat(...parts);
}

function buildRing() {
  const crystals = genCrystals({
    N: DEGREE,
    Q,
    F: 3303,
    ROOT_OF_UNITY: 17,
    newPoly: (length: number): Polynomial => new Uint16Array(length),
    brvBits: 7,
    isKyber: true,
  });
  /** Compress_10, FIPS 203 §4.2.1. The packing cuts it to ten bits. */
  const compress = { encode: (x: number) => ((x << D_U) + Q / 2) / Q, decode: (y: number) => (y * Q + 512) >>> D_U };
  return { crystals, u: crystals.bitsCoder(D_U, compress) };
}

/** SampleNTT, FIPS 203 Algorithm 7. `squeeze` gives whole SHAKE128 blocks. */
function sampleUniform(squeeze: () => Uint8Array): Polynomial {
  const polynomial = new Uint16Array(DEGREE);
  for (let filled = 0; filled < DEGREE; ) {
    const block = squeeze();
    for (let i = 0; i + 3 <= block.length; i += 3) {
      const [a = 0, b = 0, c = 0] = [block[i], block[i + 1], block[i + 2]];
      const low = a | ((b & 0x0f) << 8);
      const high = (b >> 4) | (c << 4);
      if (low < Q && filled < DEGREE) polynomial[filled++] = low;
      if (high < Q && filled < DEGREE) polynomial[filled++] = high;
    }
  }
  return polynomial;
}

/** SamplePolyCBD with eta = 2 over PRF(randomness, nonce), FIPS 203 Algorithms 8 and 14. */
function sampleNoise(randomness: Uint8Array, nonce: number): Polynomial {
  const seed = concat(randomness, Uint8Array.of(nonce));
  const bits = shake256(seed, { dkLen: DEGREE / 2 });
  const polynomial = new Uint16Array(DEGREE);
  for (let i = 0; i < DEGREE; i++) {
    const nibble = (bits[i >> 1] as number) >> (4 * (i & 1));
    const sum = (nibble & 1) + ((nibble >> 1) & 1) - ((nibble >> 2) & 1) - ((nibble >> 3) & 1);
    polynomial[i] = (sum + Q) % Q;
  }
  wipe(seed, bits);
  return polynomial;
}

/** Adds the product of `f` and `g` in the ring T_q to `sum`; FIPS 203 Algorithms 11 and 12. */
function addProduct({ mod, nttZetas }: Ring["crystals"], sum: Polynomial, f: Polynomial, g: Polynomial): void {
  for (let i = 0; i < DEGREE; i += 2) {
    const [f0 = 0, f1 = 0, g0 = 0, g1 = 0] = [f[i], f[i + 1], g[i], g[i + 1]];
    const zeta = (nttZetas[64 + (i >> 2)] as number) * (i & 2 ? -1 : 1);
    sum[i] = mod((sum[i] as number) + mod(f1 * g1) * zeta + f0 * g0);
    sum[i + 1] = mod((sum[i + 1] as number) + f0 * g1 + f1 * g0);
  }
}
