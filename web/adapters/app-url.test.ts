import { afterEach, expect, test } from "vitest";
import { buildAppUrls } from "./app-url.ts";

const place = globalThis as { trustedTypes?: unknown };

afterEach(() => {
  delete place.trustedTypes;
});

test.each(["with Trusted Types", "without"])("the code that is named may start, and no other, %s", (which) => {
  const policies: string[] = [];
  const createPolicy = (name: string, rules: object) => {
    policies.push(name);
    return rules;
  };
  if (which === "with Trusted Types") place.trustedTypes = { createPolicy };

  const appUrl = buildAppUrls(["/keys.js", "/sw.js"]);

  expect(appUrl("/keys.js")).toBe("/keys.js");
  for (const other of [
    "/other.js",
    "/keys.js?x",
    "https://elsewhere.example/keys.js",
    "blob:x",
    "data:text/javascript,1",
    "",
  ]) {
    expect(() => appUrl(other)).toThrow(TypeError);
  }
  expect(policies).toEqual(which === "with Trusted Types" ? ["app-url"] : []);
});
