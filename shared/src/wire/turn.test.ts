import { expect, test } from "vitest";
import { TurnAnswer } from "./turn.ts";

const answer = (url: string) => ({ servers: [{ urls: [url], username: "u", credential: "c" }], expiresAtMs: 1 });

test.each([
  "turn:relay.example",
  "turn:192.0.2.1:3478?transport=udp",
  "turns:relay.example:5349?transport=tcp",
  "turn:[2001:db8::1]:3478",
])("%s is where a relay may have its TURN server", (url) => {
  expect(TurnAnswer.safeParse(answer(url)).success).toBe(true);
});

test.each([
  "turn:",
  "turn:a b",
  "turn:relay.example:65536",
  "turn:relay.example?transport=sctp",
  "turn:relay.example?x",
  "turn:[",
  "turn:\u0000",
  "stun:relay.example",
])("%j is none: a browser would throw at it", (url) => {
  expect(TurnAnswer.safeParse(answer(url)).success).toBe(false);
});
