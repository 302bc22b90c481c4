import type { Page } from "@playwright/test";
import type { Person } from "./people.ts";

type FrameEvent = "Network.webSocketFrameSent" | "Network.webSocketFrameReceived";

export type CrashStage = {
  /** Who dies. */
  readonly alice: Person;
  readonly bob: Person;
  readonly text: string;
};
export type CrashPoint = {
  readonly name: string;
  /** Alice sends; otherwise she receives. */
  readonly isSending: boolean;
  /** Does what leads there. Answers the texts that are at stake, when it is time to kill her. */
  readonly reach: (stage: CrashStage) => Promise<readonly string[]>;
};

const [SENT, RECEIVED] = ["Network.webSocketFrameSent", "Network.webSocketFrameReceived"] as const;
const BACKLOG = 5;

/** From the key that sends to the other's screen, from the first frame to the other's mark, and on what waited. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  sending("Enter was pressed", async () => {}),
  sending("its row is there", ({ alice, text }) => alice.message(text).waitFor()),
  sending("a frame left", (_stage, frames) => frames(SENT)),
  sending("a frame came after one left", async (_stage, frames) => {
    await frames(SENT);
    await frames(RECEIVED);
  }),
  sending("it is marked as sent", ({ alice, bob, text }) => alice.marks(bob, text, /Sent|Delivered|Read/)),
  sending("the other shows it", ({ bob, text }) => bob.message(text).waitFor()),
  receiving("a frame came", (_stage, frames) => frames(RECEIVED)),
  receiving("a frame left after one came", async (_stage, frames) => {
    await frames(RECEIVED);
    await frames(SENT);
  }),
  receiving("it is on the screen", ({ alice, text }) => alice.message(text).waitFor()),
  receiving("the other sees that it arrived", ({ alice, bob, text }) => bob.marks(alice, text, /Delivered|Read/)),
  comingBack("the app opens on what waited", async () => {}),
  comingBack("the first of what waited is there", async ({ alice, bob, text }) => {
    await alice.isIn();
    await alice.turnTo(bob);
    await alice.message(`${text} 0.`).waitFor();
  }),
];

type Frames = (event: FrameEvent) => Promise<void>;
type Wait = (stage: CrashStage, frames: Frames) => Promise<void>;

function sending(name: string, wait: Wait): CrashPoint {
  return {
    name,
    isSending: true,
    reach: async (stage) => {
      const { alice, text } = stage;
      const frames = await watchFrames(alice.page);
      await alice.composer().fill(text);
      await alice.composer().press("Enter");
      await wait(stage, frames);
      return [text];
    },
  };
}

function receiving(name: string, wait: Wait): CrashPoint {
  return {
    name,
    isSending: false,
    reach: async (stage) => {
      const { alice, bob, text } = stage;
      const frames = await watchFrames(alice.page);
      await bob.say(alice, text);
      await wait(stage, frames);
      return [text];
    },
  };
}

/** She was away, and several wait for her. */
function comingBack(name: string, wait: (stage: CrashStage) => Promise<void>): CrashPoint {
  return {
    name,
    isSending: false,
    reach: async (stage) => {
      const { alice, bob, text } = stage;
      const texts = Array.from({ length: BACKLOG }, (_, n) => `${text} ${n}.`);
      await alice.quit();
      for (const each of texts) await bob.say(alice, each);
      await bob.marks(alice, texts.at(-1) ?? text, /Sent/);
      await alice.reopen();
      await wait(stage);
      return texts;
    },
  };
}

/** Resolves with the next frame of that kind, of any connection of the page, after what was waited for before. */
async function watchFrames(page: Page): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const seen: FrameEvent[] = [];
  let hear = () => {};
  for (const event of [SENT, RECEIVED]) {
    session.on(event, () => {
      seen.push(event);
      hear();
    });
  }
  return async (event) => {
    for (;;) {
      const at = seen.indexOf(event);
      seen.splice(0, at < 0 ? seen.length : at + 1);
      if (at >= 0) return;
      await new Promise<void>((resolve) => {
        hear = resolve;
      });
    }
  };
}
