import { ok } from "@tacit/shared/result";
import { expect, onTestFinished, test } from "vitest";
import { OwnerGone } from "./tab-client.ts";
import { openClient, type TabClient } from "./tabs.ts";
import { MemoryAccount } from "./testing/memory-client.ts";
import { MemoryLocks } from "./testing/memory-locks.ts";

let origins = 0;

/** A browser with one account and any number of tabs. */
class Browser {
  readonly account = new MemoryAccount();
  readonly #name = `origin ${origins++}`;
  readonly #locks = new MemoryLocks();

  open(create = () => this.account.open()): TabClient & { readonly crash: () => void } {
    const locks = this.#locks.tab();
    const channel = new BroadcastChannel(this.#name);
    onTestFinished(() => channel.close());
    const crash = () => {
      channel.close();
      this.account.crash();
      locks.die();
    };
    return { ...openClient(create, { locks, channel }), crash };
  }
}

/** Watches a name; the answer is what was heard so far. */
function hear(tab: TabClient): string[] {
  const heard: string[] = [];
  const stop = tab.watch({ view: "me" }, (me) => heard.push(me?.name ?? ""));
  onTestFinished(stop);
  return heard;
}

test("one tab calls and watches the client that it runs", async () => {
  const tab = new Browser().open();
  const heard = hear(tab);

  expect(await tab.sendText("bob", "hello")).toEqual(ok("id of hello"));
  await tab.rename("Alicia");

  expect(heard.at(-1)).toBe("Alicia");
});

test("two tabs share one client: both call, both see what either changes", async () => {
  const browser = new Browser();
  const [one, two] = [browser.open(), browser.open()];
  const [heardByOne, heardByTwo] = [hear(one), hear(two)];

  expect(await two.sendText("bob", "from two")).toEqual(ok("id of from two"));
  expect(await one.sendText("bob", "from one")).toEqual(ok("id of from one"));
  await two.rename("Alicia");

  await expect.poll(() => [heardByOne.at(-1), heardByTwo.at(-1)]).toEqual(["Alicia", "Alicia"]);
  expect(browser.account.clients).toBe(1);
  expect(browser.account.sent).toEqual(["from two", "from one"]);
});

test("an error of the client reaches the tab that called", async () => {
  const browser = new Browser();
  const [owner, other] = [browser.open(), browser.open()];

  await expect(owner.rename("")).rejects.toThrow("at least one character");
  await expect(other.rename("")).rejects.toThrow("at least one character");
});

test("a watch that was stopped hears nothing more and costs the owner nothing", async () => {
  const browser = new Browser();
  const owner = browser.open();
  const other = browser.open();
  const heard: string[] = [];
  const stop = other.watch({ view: "me" }, (me) => heard.push(me?.name ?? ""));
  await expect.poll(() => heard).toEqual(["Alice"]);

  stop();
  await expect.poll(() => browser.account.watches).toBe(0);
  await owner.rename("Alicia");
  await other.sendText("bob", "later than any value");

  expect(heard).toEqual(["Alice"]);
});

for (const end of ["close", "crash"] as const) {
  test(`when the owner's tab ends by a ${end}, the next one takes over and watches go on`, async () => {
    const browser = new Browser();
    const [first, second, third] = [browser.open(), browser.open(), browser.open()];
    const [heardBySecond, heardByThird] = [hear(second), hear(third)];
    await expect.poll(() => [heardBySecond.at(-1), heardByThird.at(-1)]).toEqual(["Alice", "Alice"]);

    await first[end]();
    browser.account.name = "Alicia";
    await third.rename("Alexandra");

    await expect.poll(() => [heardBySecond.at(-1), heardByThird.at(-1)]).toEqual(["Alexandra", "Alexandra"]);
    expect(browser.account.clients).toBe(1);
    expect(browser.account.watches).toBe(2);
    expect(await second.sendText("bob", "hello")).toEqual(ok("id of hello"));
  });
}

test("a message whose owner vanished while it was sent is not sent twice: its caller is told", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  await second.sendText("bob", "quick");
  browser.account.slow = new Promise(() => undefined);
  const sending = second.sendText("bob", "slow");
  const outcome = sending.catch((error: unknown) => error);
  await second.rename("a call later, so that the first has begun");

  first.crash();

  expect(await outcome).toBeInstanceOf(OwnerGone);
  expect(browser.account.sent).toEqual(["quick", "slow"]);
});

test("a draft whose owner vanished while it was saved is saved by the next one", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  await second.sendText("bob", "quick");
  browser.account.slow = new Promise(() => undefined);
  const saving = second.saveDraft("bob", "hello");
  await second.rename("a call later, so that the first has begun");

  browser.account.slow = Promise.resolve();
  first.crash();

  await saving;
  expect(browser.account.sent).toEqual(["quick", "draft hello", "draft hello"]);
});

test("a message that no owner has begun to send is sent by the next one, once", async () => {
  const browser = new Browser();
  const [first, second] = [browser.open(), browser.open()];
  await second.sendText("bob", "quick");

  first.crash();
  const sending = second.sendText("bob", "hello");

  expect(await sending).toEqual(ok("id of hello"));
  expect(browser.account.sent).toEqual(["quick", "hello"]);
});

test("calls wait for a client that is still opening", async () => {
  const browser = new Browser();
  const { promise: isReady, resolve: ready } = Promise.withResolvers<void>();
  const slow = async () => {
    await isReady;
    return browser.account.open();
  };
  const [owner, other] = [browser.open(slow), browser.open(slow)];
  const answers = Promise.all([owner.sendText("bob", "one"), other.sendText("bob", "two")]);

  ready();

  expect(await answers).toEqual([ok("id of one"), ok("id of two")]);
});

test("a tab whose client does not open says why, and serves itself by another tab that can", async () => {
  const browser = new Browser();
  const first = browser.open(() => Promise.reject(new Error("this browser cannot store")));

  await expect(first.sendText("bob", "hello")).rejects.toThrow("could not open the client");

  const second = browser.open();
  await second.sendText("bob", "one");
  const heard = hear(first);
  await expect.poll(() => heard).toEqual(["Alice"]);
  expect(await first.sendText("bob", "two")).toEqual(ok("id of two"));
});

test("a conversation is open until the last tab that shows it closes it, or is closed", async () => {
  const browser = new Browser();
  const [first, second, third] = [browser.open(), browser.open(), browser.open()];
  const { openConversations } = browser.account;
  for (const tab of [first, second, third]) await tab.openConversation("bob");
  await third.openConversation("carol");

  await first.closeConversation("bob");
  await second.closeConversation("bob");
  expect([...openConversations]).toEqual(["bob", "carol"]);

  third.crash();
  await expect.poll(() => [...openConversations]).toEqual([]);
});

test("a conversation that is on screen is open with the next owner too", async () => {
  const browser = new Browser();
  const [first, second, third] = [browser.open(), browser.open(), browser.open()];
  await second.openConversation("bob");
  await third.openConversation("carol");

  first.crash();

  await expect.poll(() => [...browser.account.openConversations].sort()).toEqual(["bob", "carol"]);
});

test("a closed tab leaves nothing with the owner, and its calls reject", async () => {
  const browser = new Browser();
  const [owner, other] = [browser.open(), browser.open()];
  const heard = hear(other);
  await expect.poll(() => heard).toEqual(["Alice"]);

  await other.close();

  await expect(other.sendText("bob", "hello")).rejects.toThrow("closed");
  await expect.poll(() => browser.account.watches).toBe(0);
  expect(await owner.sendText("bob", "hello")).toEqual(ok("id of hello"));
});
