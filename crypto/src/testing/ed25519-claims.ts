import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import type { PrimitiveCall } from "../primitives.ts";
import { seededRandom } from "./random.ts";

export type VerifyCall = Extract<PrimitiveCall, { readonly op: "ed25519-verify" }>;

const { Point } = ed25519;
const { Fn, Fp } = Point;
type EdwardsPoint = InstanceType<typeof Point>;
/** The encoding of `bytes`, and the scalar that its signer knows. */
type Signer = { readonly bytes: Bytes; readonly secret: bigint };

/**
 * Signatures on which Ed25519 verifiers are known to differ, over one message: keys and commitments of small and mixed
 * order and in forms that are not canonical, S beyond the group order, equations that hold up to the cofactor only.
 * See "Taming the many EdDSAs" (eprint.iacr.org/2020/1244), §5. For tests only.
 */
export function disputedClaims(): readonly VerifyCall[] {
  const random = seededRandom("disputed claims");
  const message = random(33);
  const secret = scalarOf(random(64));
  const torsion = smallOrderPoints();
  const honest = Point.BASE.multiply(secret);
  const signers: Signer[] = [
    ...torsion.map((point) => ({ bytes: encoded(honest.add(point)), secret })),
    ...[...torsion.map(encoded), ...strayEncodings()].map((bytes) => ({ bytes, secret: 0n })),
  ];
  const claims: VerifyCall[] = [];
  for (const { bytes: publicKey, secret } of signers) {
    for (const r of [0n, scalarOf(random(64)), scalarOf(random(64))]) {
      const committed = r === 0n ? Point.ZERO : Point.BASE.multiply(r);
      const commitments = [...torsion.map((point) => encoded(committed.add(point))), ...strayEncodings().slice(0, 3)];
      for (const commitment of commitments) {
        const h = scalarOf(sha512(concat(commitment, publicKey, message)));
        const s = Fn.add(Fn.mul(h, secret), r);
        for (const answer of [s, s + Fn.ORDER, Fn.add(s, 1n)]) {
          const signature = concat(commitment, numberToBytesLE(answer, 32));
          claims.push({ op: "ed25519-verify", publicKey, message, signature });
        }
      }
    }
  }
  return claims;
}

/** All eight points of the torsion group, the neutral one first. */
function smallOrderPoints(): readonly EdwardsPoint[] {
  const generator = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  const points = [Point.ZERO];
  for (let i = 1; i < 8; i++) points.push((points.at(-1) as EdwardsPoint).add(generator));
  return points;
}

/** What is no canonical encoding: 1 and -1 with a sign, and y from p up with and without one. */
function strayEncodings(): readonly Bytes[] {
  const withSign = (y: bigint) => copyBytes(numberToBytesLE(y + (1n << 255n), 32));
  const beyond = [0n, 1n, 3n, 18n].map((y) => Fp.ORDER + y);
  return [
    withSign(1n),
    withSign(Fp.ORDER - 1n),
    ...beyond.flatMap((y) => [copyBytes(numberToBytesLE(y, 32)), withSign(y)]),
  ];
}

function scalarOf(bytes: Uint8Array): bigint {
  return Fn.create(bytesToNumberLE(bytes));
}

function encoded(point: EdwardsPoint): Bytes {
  return copyBytes(point.toBytes());
}
