import { expect, test } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { toTurnWay } from "./probe.ts";
import { decodeAddress, decodeAnswer, encodeAddress, encodeRequest, lengthOf, longTermKey } from "./stun.ts";

const ID = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");

test("addresses are written as the samples of RFC 5769 are", () => {
  expect(encodeAddress("192.0.2.1", 32_853, ID).toString("hex")).toBe("0001a147e112a643");
  expect(encodeAddress("2001:db8:1234:5678:11:2233:4455:6677", 32_853, ID).toString("hex")).toBe(
    "0002a1470113a9faa5d3f179bc25f4b5bed2b9d9",
  );
  expect(decodeAddress(Buffer.from("0001a147e112a643", "hex"))).toEqual({ address: "192.0.2.1", port: 32_853 });
});

test("a signed request is what the sample of RFC 5769 §2.4 is", () => {
  const id = Buffer.from("78ad3433c6ad72c029da412e", "hex");
  const username = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9";
  const [realm, nonce] = ["example.org", "f//499k954d6OL34oL9FSTvy64sA"];

  const request = encodeRequest(
    "binding",
    id,
    [
      [0x0006, Buffer.from(username)],
      [0x0015, Buffer.from(nonce)],
      [0x0014, Buffer.from(realm)],
    ],
    longTermKey(username, realm, "TheMatrIX"),
  );

  expect(request.toString("hex", 0, 20)).toBe(`000100602112a442${id.toString("hex")}`);
  expect(request.subarray(-20).toString("hex")).toBe("f67024656dd64a3e02b8e0712e85c9a28ca89666");
});

test("cut, flipped and random answers are no answer, or one of the right shape", () => {
  const random = seededRandom("answers");
  const answer = Buffer.from(`0113000c2112a442${ID.toString("hex")}0009000800000401556e6b6e`, "hex");
  expect(decodeAnswer(answer)).toMatchObject({ id: ID.toString("hex"), outcome: "error" });

  for (let i = 0; i < answer.length; i++) expect(decodeAnswer(answer.subarray(0, i))).toBeUndefined();
  for (let i = 0; i < 2_000; i++) {
    const damaged = Buffer.from(i % 2 === 0 ? answer : random(64));
    for (const at of random(3)) damaged[at % damaged.length] = random(1)[0] ?? 0;
    decodeAnswer(damaged);
    lengthOf(damaged);
    decodeAddress(damaged.subarray(0, i % 20));
  }
});

test.each([
  ["turn:turn.example:3478?transport=udp", { transport: "udp", host: "turn.example", port: 3478 }],
  ["turn:[2001:db8::1]:3478?transport=tcp", { transport: "tcp", host: "2001:db8::1", port: 3478 }],
  ["turns:192.0.2.1:443?transport=tcp", { transport: "tls", host: "192.0.2.1", port: 443 }],
  ["stun:turn.example:3478", undefined],
])("%s is a way to a server, or none", (url, way) => {
  if (way === undefined) expect(toTurnWay(url)).toBeUndefined();
  else expect(toTurnWay(url)).toMatchObject(way);
});
