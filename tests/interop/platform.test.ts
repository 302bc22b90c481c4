import { platformPrimitives } from "@tacit/web/adapters/platform-primitives";
import { expect, test } from "vitest";
import { ALICE, BOB, epochOf, tell } from "./cast.ts";
import { officialPeer } from "./official.ts";
import { ourPeer } from "./our-peer.ts";
import { upTo } from "./schedule.ts";

// The other stories have OpenSSL's X25519 and noble behind our steps, at once and in one thread.
const primitives = platformPrimitives(crypto.subtle);

test("with WebCrypto behind our steps, either side starts and both pass many epochs", async () => {
  for (const isOursToStart of [true, false]) {
    const seed = `platform ${isOursToStart}`;
    const ours = ourPeer(isOursToStart ? ALICE : BOB, { seed, primitives });
    const official = officialPeer(isOursToStart ? BOB : ALICE);
    const [alice, bob] = isOursToStart ? [ours, official] : [official, ours];
    const draw = upTo(seed);
    expect(await alice.start(BOB, await bob.publish())).toBe("ok");

    let last = await tell(alice, bob, "first");
    for (let i = 0; i < 250; i++) {
      const [from, to] = draw(2) === 0 ? [alice, bob] : [bob, alice];
      await tell(from, to, `${i}`);
      last = await tell(to, from, `re ${i}`);
    }

    expect(epochOf(last)).toBeGreaterThan(3);
  }
});
