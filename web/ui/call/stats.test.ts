import { expect, test } from "vitest";
import { levelOf, readCounted, readSentScreen } from "./stats.ts";

const counted = (changes: object = {}) => ({ received: 0, lost: 0, jitterS: 0, roundTripS: 0.05, ...changes });

test("a connection is as good as its worst side", () => {
  const before = counted();

  expect(levelOf(before, counted({ received: 200 }))).toBe(4);
  expect(levelOf(before, counted({ received: 97, lost: 3 }))).toBe(3);
  expect(levelOf(before, counted({ received: 200, jitterS: 0.15 }))).toBe(2);
  expect(levelOf(before, counted({ received: 85, lost: 15 }))).toBe(1);
  expect(levelOf(before, counted({ received: 200, roundTripS: 1 }))).toBe(1);
});

test("what was lost before does not count again", () => {
  expect(levelOf(counted({ received: 100, lost: 90 }), counted({ received: 300, lost: 90 }))).toBe(4);
});

test("counts come from everything that arrives and from the path in use", () => {
  const report = [
    { type: "inbound-rtp", packetsReceived: 5, packetsLost: 1, jitter: 0.01 },
    { type: "inbound-rtp", packetsReceived: 7, jitter: 0.03 },
    { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.12 },
    { type: "candidate-pair", nominated: false, state: "waiting", currentRoundTripTime: 9 },
  ];

  expect(readCounted(report)).toEqual({ received: 12, lost: 1, jitterS: 0.03, roundTripS: 0.12 });
});

test("the screen that leaves is the largest picture, with its own rate", () => {
  const camera = { type: "outbound-rtp", kind: "video", frameWidth: 640, frameHeight: 360, bytesSent: 1, timestamp: 0 };
  const screen = { type: "outbound-rtp", kind: "video", frameWidth: 1920, frameHeight: 1080, framesPerSecond: 14.7 };

  const sent = readSentScreen(
    [camera, { ...screen, bytesSent: 0, timestamp: 1_000 }],
    [camera, { ...screen, bytesSent: 500_000, timestamp: 3_000 }],
  );

  expect(sent).toEqual({ width: 1920, height: 1080, fps: 15, rate: "2.0" });
  expect(readSentScreen(undefined, [])).toBeUndefined();
});
