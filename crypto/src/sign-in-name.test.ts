import { expect, test } from "vitest";
import { toPrivateKey } from "./keys.ts";
import { openSignInName, sealSignInName } from "./sign-in-name.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("sign-in names");
const identity = toPrivateKey(random(32));

test.each(["", "Firefox on Linux", "Käthes großer Rechner", "🦊".repeat(15)])("%j opens as it was sealed", (name) => {
  expect(openSignInName(identity, sealSignInName(identity, name, random))).toBe(name);
});

test("a long name is cut between two characters, and every name is equally long when sealed", () => {
  const sealed = sealSignInName(identity, "🦊".repeat(40), random);

  expect(openSignInName(identity, sealed)).toBe("🦊".repeat(15));
  expect(sealed).toHaveLength(93);
  expect(sealSignInName(identity, "", random)).toHaveLength(93);
});

test("a name opens for its own account only, and with no byte changed or missing", () => {
  const sealed = sealSignInName(identity, "Firefox on Linux", random);

  expect(openSignInName(toPrivateKey(random(32)), sealed)).toBeUndefined();
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openSignInName(identity, changed)).toBeUndefined();
    expect(openSignInName(identity, sealed.slice(0, at))).toBeUndefined();
  }
});
