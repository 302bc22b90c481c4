import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { gather } from "./cast.ts";
import { realCrypto } from "./crypto.ts";
import { judge } from "./oracle.ts";
import { settle } from "./settle.ts";
import { Story } from "./story.ts";
import { stubCrypto } from "./stub-crypto.ts";

const ROUNDS = 8;
const BOBS_MAIL = "down Bob device";

// A receiver keeps five chains of each sender (docs/PROTOCOL.md §5.5): what lies in the mailbox must never be overtaken
// by so many newer ones that nothing opens it any more.
test.each([stubCrypto(), realCrypto])(
  "a backlog that is cut off again and again is not overtaken ($name crypto)",
  {
    timeout: 300_000,
  },
  async (crypto) => {
    await using cast = await gather(crypto);
    await using story = await Story.begin(cast, "backlog", join(cast.directory, "backlog"));
    await flow();

    for (let round = 0; round < ROUNDS; round++) {
      await flow(["say Alice Bob", "say Alice Bob"], BOBS_MAIL);
      await flow(["say Bob Alice", "pass 5000"], BOBS_MAIL);
      // The page was on its way, and is not any more. Whatever comes next is newer, and quicker.
      await flow(["cut Bob device", "type Alice Bob", "pass 5000"], BOBS_MAIL);
      for (let frame = 0; frame < 6; frame++) {
        await flow(["type Alice Bob", "say Alice Bob", "pass 5000"], BOBS_MAIL);
        await story.apply(BOBS_MAIL);
      }
      await flow(["say Bob Alice", "pass 5000"]);
    }
    await settle(story);

    expect(await judge(story)).toEqual([]);
    expect([...story.ledger.written.keys()].filter((text) => story.ledger.isRepeated(text))).toEqual([]);
    expect(story.ledger.chainCount).toBeGreaterThan(2 * 5);

    /** These, and all that follows from them, but for what is held back. */
    async function flow(steps: readonly string[] = [], heldBack?: string): Promise<void> {
      for (const step of steps) await story.apply(step);
      for (let idle = 0; idle < 12; ) {
        const waiting = story.waiting().filter((step) => step !== heldBack);
        const isMoving = story.relay.isCommitWaiting || waiting.length > 0;
        await story.apply("commit");
        for (const step of waiting) await story.apply(step);
        idle = isMoving ? 0 : idle + 1;
        await setImmediate();
      }
    }
  },
);
