import { generateKeyPair } from "@tacit/crypto/keys";
import { run } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { expect, test } from "vitest";
import { ALICE, acquaint, outcome, PAIRINGS, tell } from "./cast.ts";
import { nodePrimitives } from "./node-primitives.ts";
import { officialPeer } from "./official.ts";
import { ourPeer } from "./our-peer.ts";
import type { Peer, Sealed } from "./peer.ts";

test.each(PAIRINGS)(
  "from %s to %s: 2,000 messages back is read, one more is not, 25,000 ahead is the end",
  async (...pairing) => {
    const { alice, bob } = await acquaint(pairing, "far");
    await tell(alice, bob, "counter 0");
    const burst = await burstOf(alice, bob, 27_003);
    const arrives = (counter: number) => outcome(bob, alice, burst[counter - 1] as Sealed);

    expect(await arrives(2_002)).toBe("ok");
    expect(await arrives(1)).toBe("duplicate");
    expect(await arrives(2)).toBe("ok");
    expect(await arrives(2)).toBe("duplicate");

    // 2,003 is awaited. The double ratchet alone would jump to 27,003; the post-quantum chain counts one more.
    expect(await arrives(27_003)).toBe("refused");
    expect(await arrives(27_002)).toBe("ok");
    expect(await arrives(27_003)).toBe("ok");
  },
  600_000,
);

test("between one's own devices no jump is too far", async () => {
  const identity = run(generateKeyPair(seededRandom("myself")), nodePrimitives);
  const phone = officialPeer(ALICE, identity.privateKey);
  const laptop = ourPeer({ ...ALICE, deviceId: 2 }, { seed: "myself", identity });
  await phone.start(laptop.address, await laptop.publish());
  await tell(phone, laptop, "hello");
  await tell(laptop, phone, "hi");

  const burst = await burstOf(phone, laptop, 25_002);

  expect(await outcome(laptop, phone, burst.at(-1) as Sealed)).toBe("ok");
}, 600_000);

async function burstOf(from: Peer, to: Peer, count: number): Promise<readonly Sealed[]> {
  const burst: Sealed[] = [];
  for (let i = 0; i < count; i++) burst.push(await from.encrypt(to.address, new Uint8Array()));
  return burst;
}
