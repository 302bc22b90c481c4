import { randomBytes } from "node:crypto";
import { expect, test } from "@playwright/test";
import { hears } from "../e2e/callers.ts";
import { digest, isThrough, onDisk, save } from "../e2e/picked-files.ts";
import { isDirect, isRelayed, neighbours, silenceOf, talk, writeByTurn } from "./homes.ts";
import { Laboratory, type Router, whyNoLaboratory } from "./laboratory.ts";

// Real calls between two homes. `@gate`: also in `npm test`; the others in `npm run test:nat` and in the long run.

const reason = whyNoLaboratory();
test.skip(reason !== undefined, reason);

const direct: readonly (readonly [string, readonly [Router, Router]])[] = [
  ["ordinary routers @gate", ["cone", "cone"]],
  ["an open router and a symmetric one", ["full", "sym"]],
];
for (const [what, routers] of direct) {
  test(`directly between ${what}`, async () => {
    await using laboratory = await Laboratory.start({ routers });
    const [alice, bob] = await neighbours(laboratory);
    await using _alice = alice;
    await using _bob = bob;
    await talk(alice, bob);
    await isDirect(alice.page);
    await isDirect(bob.page);
  });
}

const relayed: readonly (readonly [string, readonly [Router, Router], string])[] = [
  ["over UDP between two symmetric routers @gate", ["sym", "sym"], "udp"],
  ["over TCP from where UDP is blocked", ["udpblock", "udpblock"], "tcp"],
  ["over TLS from where only port 443 is open @gate", ["tls443", "tls443"], "tls"],
];
for (const [what, routers, protocol] of relayed) {
  test(`relayed ${what}`, async () => {
    await using laboratory = await Laboratory.start({ routers });
    const [alice, bob] = await neighbours(laboratory);
    await using _alice = alice;
    await using _bob = bob;
    if (protocol === "udp") await writeByTurn(alice, bob);
    await talk(alice, bob);
    const seen = await isRelayed([alice.page, bob.page]);
    if (seen !== protocol) throw new Error(`relayed over ${seen} instead of ${protocol}`);
  });
}

const switching: readonly (readonly [string, readonly [Router, Router]])[] = [
  ["a direct call @gate", ["cone", "cone"]],
  ["a relayed call", ["sym", "sym"]],
];
for (const [what, routers] of switching) {
  test(`${what} goes on when one of the two changes networks`, async () => {
    await using laboratory = await Laboratory.start({ routers });
    const [alice, bob] = await neighbours(laboratory);
    await using _alice = alice;
    await using _bob = bob;
    await talk(alice, bob);
    laboratory.switchNetwork(1);
    const silences = await Promise.all([silenceOf(alice.page), silenceOf(bob.page)]);
    console.log(`${what}: no sound for ${silences.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(" and ")}`);
    await hears(alice.page);
    await hears(bob.page);
  });
}

test("a file of 200 MB goes on when one of the two changes networks, and arrives whole", async () => {
  test.setTimeout(900_000);
  await using laboratory = await Laboratory.start({ routers: ["cone", "cone"] });
  const [alice, bob] = await neighbours(laboratory);
  await using _alice = alice;
  await using _bob = bob;
  await bob.turnTo(alice);
  await alice.turnTo(bob);
  const content = randomBytes(200_000_000);
  await using film = await onDisk("film.bin", content);

  await alice.page.setInputFiles("input[type=file]", film.path);
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await bob.button("Download film.bin").click({ timeout: 300_000 });
  await isThrough(bob, content.length / 4);
  laboratory.switchNetwork(1);
  const startedAt = performance.now();
  await isThrough(bob, content.length / 2);
  console.log(`a quarter more of the file ${((performance.now() - startedAt) / 1000).toFixed(0)} s after the change`);

  expect(digest(await save(bob, "film.bin"))).toBe(digest(content));
});

test("with 100 ms each way and every twentieth packet lost, people still hear each other", async () => {
  await using laboratory = await Laboratory.start({ routers: ["cone", "cone"] });
  const [alice, bob] = await neighbours(laboratory);
  await using _alice = alice;
  await using _bob = bob;
  await laboratory.impair("A", 100, 5);
  await talk(alice, bob);
});
