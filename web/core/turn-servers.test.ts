import { expect, test } from "vitest";
import { waysFor } from "./turn-servers.ts";

test("one connection has every way to a TURN server, and each of several the first alone", () => {
  const urls = ["turn:turn.example:3478?transport=udp", "turn:turn.example:3478?transport=tcp"];
  const server = { urls, username: "name", credential: "word" };

  expect(waysFor([server], 1)).toEqual([server]);
  expect(waysFor([server], 2)).toEqual([{ ...server, urls: urls.slice(0, 1) }]);
});
