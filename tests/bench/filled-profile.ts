import { join, resolve } from "node:path";
import { build, type Rolldown } from "vite";
import { friends, Person } from "../e2e/people.ts";
import type { RelayProcess } from "../relay-process.ts";
import type { Filling } from "./fill.ts";

/**
 * Somebody whose browser holds years of talk: two people become friends on the screen, and the rest is written into the
 * first one's store by the core itself (fill.ts), in a page without the messenger. They come back to a locked app.
 */
export async function joinWithHistory(
  relay: RelayProcess,
  size: Omit<Filling, "password" | "friend">,
): Promise<Person> {
  const alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  await alice.say(bob, "Hello");
  await bob.hears(alice, "Hello");
  await alice.marks(bob, "Hello", /Delivered|Read/);

  const { page } = alice;
  const place = `${relay.origin}/empty`;
  // Without the policy of the app, under which nothing else can be put into a page.
  await page.route(place, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.goto(place);
  await page.evaluate(await bundle());
  await page.evaluate(
    (filling) => (globalThis as unknown as { fill: (filling: Filling) => Promise<void> }).fill(filling),
    { ...size, password: alice.password, friend: "Bob" } satisfies Filling,
  );
  await page.goto(`${relay.origin}/`);
  return alice;
}

async function bundle(): Promise<string> {
  const built = (await build({
    configFile: false,
    root: resolve(import.meta.dirname, "../.."),
    logLevel: "error",
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: join(import.meta.dirname, "fill.ts"), output: { format: "iife" } },
    },
  })) as Rolldown.RolldownOutput;
  return built.output[0].code;
}
