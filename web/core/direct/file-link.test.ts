import type { DeviceId } from "@tacit/shared/ids";
import { MINUTE_MS } from "@tacit/shared/limits";
import { encodeFileFrame, type FileFrame } from "@tacit/shared/wire/file-frames";
import type { AttemptId } from "@tacit/shared/wire/signals";
import { expect, test } from "vitest";
import type { ChannelEvents, Peers } from "../ports/peers.ts";
import { SteppedClock } from "../testing/stepped-clock.ts";
import type { ContactId } from "../views.ts";
import { FileLink } from "./file-link.ts";

const FILE = new Uint8Array(16);

test.each<[string, FileFrame, number]>([
  ["offer", { offer: [FILE] }, 120],
  ["stop", { stop: FILE }, 1_000],
  ["have", { have: FILE }, 1_000],
  ["cannot", { cannot: FILE, why: "paused" }, 1_000],
])("whoever says %s without end has no link any more", (_, frame, atOnce) => {
  const { clock, say, hasEnded } = openLink();

  for (let at = 0; at < atOnce; at++) say(frame);
  clock.advance(20 * MINUTE_MS);
  for (let at = 0; at < atOnce; at++) say(frame);
  expect(hasEnded()).toBe(false);
  say(frame);

  expect(hasEnded()).toBe(true);
});

test("whoever asks for parts without end has no link any more, however small they are", async () => {
  const { clock, say, hasEnded } = openLink();
  const answered = () => new Promise((resolve) => setImmediate(resolve));

  for (let ask = 0; ask < 1_000; ask++) {
    say({ want: FILE, ask, from: 0, until: 1 });
    await answered();
  }
  expect(hasEnded()).toBe(false);
  clock.advance(5);
  say({ want: FILE, ask: 1_000, from: 0, until: 1 });
  await answered();
  expect(hasEnded()).toBe(false);
  say({ want: FILE, ask: 1_001, from: 0, until: 1 });

  expect(hasEnded()).toBe(true);
});

/** A link that is open, and what the other end says on it. */
function openLink() {
  const clock = new SteppedClock(0);
  let other: ChannelEvents | undefined;
  let junk = 0;
  const peers: Pick<Peers, "openChannel"> = {
    openChannel(_, events) {
      other = events;
      return { signal() {}, restart() {}, reroute() {}, send: () => true, close: () => events.closed("closed") };
    },
  };
  const link = new FileLink(
    peers as Peers,
    {
      contact: "contact" as ContactId,
      device: 1 as DeviceId,
      registrationId: 1,
      ownDevice: 1 as DeviceId,
      attempt: new Uint8Array(16) as AttemptId,
      role: "answerer",
      routing: "direct",
      iceServers: [],
      clock,
    },
    {
      signal() {},
      used() {},
      changed() {},
      opened() {},
      ended() {},
      offered() {},
      had() {},
      stopped() {},
      junk: () => {
        junk += 1;
      },
    },
    {
      find: () => ({ why: "unknown" }),
      read: async () => new Uint8Array(0),
      moved() {},
      missed: async () => {},
    },
  );
  other?.open();
  return {
    clock,
    say: (frame: FileFrame) => other?.message(encodeFileFrame(frame)),
    hasEnded: () => link.isEnded && junk === 1,
  };
}
