import { expect, test } from "vitest";
import { routes } from "../routes.ts";
import { Body, Place } from "./content.ts";
import { Post } from "./envelopes.ts";
import { PreKeyUpload } from "./prekeys.ts";
import { CallStep, LinkStep, PeerSignal } from "./signals.ts";

/** Going through its properties is what costs. */
const bytes = new Proxy(new Uint8Array(8), {
  ownKeys() {
    throw new Error("bytes were gone through as if they were a map");
  },
});
const key = new Uint8Array(32);

test.each(Object.entries(routes))("bytes are no request of %s, and nobody goes through them", (_, { request }) => {
  expect(request.safeParse(bytes).success).toBe(false);
});

test("bytes where a map belongs, within another one, are not gone through either", () => {
  for (const schema of [Body, Place, PeerSignal, LinkStep, CallStep])
    expect(schema.safeParse(bytes).success).toBe(false);
  expect(Post.safeParse({ key, lane: "durable", envelopes: [bytes] }).success).toBe(false);
  expect(PreKeyUpload.safeParse({ oneTime: [], kyber: [], signed: bytes }).success).toBe(false);
  expect(LinkStep.safeParse({ do: "signal", signal: bytes }).success).toBe(false);
});

test("what is no plain map is none: times, lists, and maps with another prototype", () => {
  const hello = { type: "hello" };
  for (const odd of [new Date(0), [hello], Object.create(hello), new Map(), null, "hello"]) {
    expect(Body.safeParse(odd).success).toBe(false);
  }
  expect(Body.safeParse({ ...hello, newer: 1 })).toEqual({ success: true, data: { ...hello, newer: 1 } });
});
