import { expect, test } from "vitest";
import { relayOrigin } from "./fields.ts";

test.each([
  "https://chat.example",
  "https://chat.example:8443",
  "http://localhost:3000",
  "http://127.0.0.1",
  "http://[::1]:3000",
])("%s is the origin of a relay", (origin) => {
  expect(relayOrigin.safeParse(origin).success).toBe(true);
});

// Whatever else a card says is no relay: nobody is made to talk in clear to another machine.
test.each([
  "http://chat.example",
  "http://localhost.example",
  "http://127.0.0.1.example",
  "http://10.0.0.1:3000",
  "ws://localhost",
  "javascript:alert(1)",
  "https://chat.example/",
  "https://chat.example/path",
  "https://someone@chat.example",
  "https://CHAT.example",
  "https://chat.example:123456",
  "https://chat.example\nhttp://chat.example",
  " https://chat.example",
  "",
])("%j is no origin of a relay", (origin) => {
  expect(relayOrigin.safeParse(origin).success).toBe(false);
});
