import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test } from "@playwright/test";
import { isLong } from "../extent.ts";
import { browserArguments, findBrowser } from "../find-browser.ts";
import { whyNoMount } from "../mounting.ts";
import { RelayProcess } from "../relay-process.ts";
import { FullDisk } from "./full-disk.ts";
import { Meeting } from "./meeting.ts";
import { friends, Person } from "./people.ts";
import { freeQuota, useUpQuota } from "./quota.ts";

const MIB = 2 ** 20;

test("a browser that was cleared while its owner was away leads back, and contacts see a new device", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  await alice.say(bob, "before it was cleared");
  await bob.hears(alice, "before it was cleared");
  const words = await alice.keepRecoveryKey();
  await alice.isSaved();
  await alice.page.goto("about:blank");
  const session = await alice.page.context().newCDPSession(alice.page);
  await session.send("Storage.clearDataForOrigin", { origin: relay.origin, storageTypes: "all" });

  await alice.page.goto(`${relay.origin}/`);
  await alice.comeBack(words);

  await alice.isIn();
  await alice.say(bob, "here I am again");
  await bob.hears(alice, "here I am again");
  await expect(bob.page.getByText("Alice uses another device now. Their key is the same.")).toBeVisible();
});

test("a device that is nearly full says so and sends nothing, and goes on by itself when there is room", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const { page } = alice;
  // What the browser says of its room is all that Tacit goes by.
  await page.addInitScript((mib) => {
    const room = { usage: 98 * mib, quota: 100 * mib };
    Object.assign(globalThis, { room });
    navigator.storage.estimate = async () => room;
  }, MIB);

  await alice.reload();
  const bar = page.getByRole("region", { name: "This device is nearly full: messages wait, none is lost." });
  await expect(bar).toBeVisible();
  await page.getByRole("link", { name: "What to do" }).click();
  await expect(page.getByRole("heading", { name: "Storage", exact: true })).toBeFocused();
  await expect(page.getByText(/Tacit goes on by itself\./)).toBeInViewport();
  await alice.say(bob, "written without room");
  await alice.marks(bob, "written without room", /Waiting to send/);

  await page.evaluate(() => {
    (globalThis as unknown as { room: { usage: number } }).room.usage = 0;
  });
  await bob.hears(alice, "written without room");
  await expect(bar).toHaveCount(0);
});

test("a browser that refuses to store keeps the words and takes nothing from the relay, until there is room", async () => {
  test.skip(!isLong, "two minutes, for Chromium looks at its quota every half minute: in `npm run test:long`");
  test.setTimeout(240_000);
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const { page } = alice;
  await useUpQuota(page);

  await bob.say(alice, "while there was no room");
  await alice.composer().fill("words to keep");
  await alice.composer().press("Enter");
  await expect(page.getByRole("alert")).toHaveText(/could not save that, and what is not saved is not sent.*Make room/);
  await expect(alice.composer()).toHaveValue("words to keep");
  await expect(page.getByRole("list", { name: "Messages" })).not.toContainText(/words to keep|while there was no room/);
  await bob.marks(alice, "while there was no room", /Sent$/);

  await freeQuota(page);
  await alice.hears(bob, "while there was no room");
  await alice.composer().press("Enter");
  await bob.hears(alice, "words to keep");
  await bob.marks(alice, "while there was no room", /Delivered|Read/);
  await alice.reload();
  await alice.hears(bob, "while there was no room");
  await expect(alice.message("words to keep")).toHaveCount(1);
});

test("CS-5: a disk without a free byte costs no message and no key", { tag: "@gate" }, () =>
  fillTwice({ isClosedWhileFull: false }),
);

test("CS-5: a browser that is closed on a full disk has everything when it is opened again", { tag: "@gate" }, () =>
  fillTwice({ isClosedWhileFull: true }),
);

test(
  "CS-5: a browser that is started on a full disk, again and again, has everything once there is room",
  {
    tag: "@gate",
  },
  () =>
    onSmallDisk(async ({ alice, bob, disk }) => {
      await alice.isIn();
      const texts = ["first time", "second time", "third time", "fourth time"];
      for (const text of texts) {
        disk.fill();
        await bob.say(alice, text);
        await bob.marks(alice, text, /Sent$/);
        await alice.quit();
        await alice.reopen();
        await expect(alice.page.getByRole("link", { name: /Bob/ }).or(alice.page.getByRole("heading"))).not.toHaveCount(
          0,
        );
        await alice.quit();
        disk.empty();
        await alice.reopen();
        await alice.hears(bob, text);
      }
      for (const text of texts) await alice.hears(bob, text);
    }),
);

test("CS-5: in locked mode a full disk under two tabs, and at a start, costs nothing either", async () => {
  test.skip(!isLong, "two minutes: in `npm run test:long`");
  skipWithoutDisk();
  test.setTimeout(400_000);
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  await alice.say(bob, "before it was full");
  await alice.quit();
  using disk = new FullDisk(alice.profile);
  const comeBack = async () => {
    await alice.reopen();
    await alice.unlock();
    await alice.isIn();
  };
  await comeBack();
  const tab = await alice.secondTab();
  await alice.turnTo(bob, tab);

  disk.fill();
  await bob.say(alice, "while it was full");
  await alice.composer(tab).fill("words to keep");
  await alice.composer(tab).press("Enter");
  await expect(tab.getByRole("alert")).toHaveText(/could not save that/);
  await bob.marks(alice, "while it was full", /Sent$/);
  await alice.page.close();
  // Chromium opens what it holds on such a disk where it has freed some bytes itself.
  await expect(
    tab.getByRole("heading", { name: /^(?:Tacit is locked|This browser lets Tacit store nothing)$/ }),
  ).toBeVisible();
  disk.empty();
  await tab.reload();
  await tab.getByLabel("Password", { exact: true }).fill(alice.password);
  await alice.button("Unlock", tab).click();
  await alice.hears(bob, "while it was full", tab);
  await alice.say(bob, "from the other tab", tab);
  await bob.hears(alice, "from the other tab");

  await alice.quit();
  disk.fill();
  await alice.reopen();
  await alice.reload();
  await bob.say(alice, "at the start");
  await bob.marks(alice, "at the start", /Sent$/);
  await alice.quit();
  disk.empty();
  for (let start = 0; start < 2; start++) {
    await comeBack();
    for (const text of ["before it was full", "while it was full", "from the other tab", "at the start"]) {
      await alice.hears(bob, text);
      await bob.hears(alice, text);
    }
    await alice.quit();
  }
});

test("what could not be stored is not shown as sent: the words come back, before what was written meanwhile", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  await alice.turnTo(bob);
  const { page } = alice;
  await expect(page.getByRole("list", { name: "Messages" })).toBeVisible();
  // The disk answers only once it is let go, and then that it is full.
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    Object.assign(globalThis, {
      letStore: () => {
        IDBObjectStore.prototype.put = put;
      },
    });
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("no room", "QuotaExceededError");
    };
    const { postMessage } = Worker.prototype;
    const held: (() => void)[] = [];
    Worker.prototype.postMessage = function (...said: unknown[]) {
      held.push(() => postMessage.apply(this, said as never));
    };
    Object.assign(globalThis, {
      letGo: () => {
        Worker.prototype.postMessage = postMessage;
        for (const go of held) go();
      },
    });
  });

  await alice.composer().fill("first");
  await alice.composer().press("Enter");
  await alice.composer().fill("second");
  await alice.composer().press("Enter");
  await alice.composer().fill("written meanwhile");
  for (const text of ["first", "second"]) {
    await expect(alice.message(text)).toHaveAttribute("data-echo", "true");
    await expect(alice.message(text)).toHaveAccessibleName(/Waiting to send/);
  }
  await page.evaluate("letGo()");

  await expect(page.getByRole("alert")).toHaveText(/This device could not save that/);
  await expect(alice.composer()).toHaveValue("first\nsecond\nwritten meanwhile");
  await expect(page.getByRole("list", { name: "Messages" })).not.toContainText(/first|second/);

  await page.evaluate("letStore()");
  await alice.composer().press("Enter");
  await expect(alice.message("first")).toHaveCount(1);
  await alice.marks(bob, "first", /Sent|Delivered|Read/);
  await expect(alice.message("first")).not.toHaveAttribute("data-echo", /./);
  await bob.hears(alice, "written meanwhile");
  await bob.hears(alice, "first");
});

test("a browser that is put back to an older copy goes on with its messages by the password", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  await alice.say(bob, "in the copy");
  await bob.hears(alice, "in the copy");
  await alice.isSaved();
  const copy = mkdtempSync(join(tmpdir(), "tacit-copy-"));
  await alice.quit();
  cpSync(alice.profile, copy, { recursive: true });
  await alice.reopen();
  await alice.say(bob, "after the copy was made");
  await bob.hears(alice, "after the copy was made");
  await alice.quit();
  rmSync(alice.profile, { recursive: true });
  cpSync(copy, alice.profile, { recursive: true });
  rmSync(copy, { recursive: true });
  await alice.reopen();
  await alice.page.getByRole("link", { name: "What to do" }).click();

  await alice.page.getByLabel("Password", { exact: true }).fill("surely not the password");
  await alice.button("Go on as a new device").click();
  await expect(alice.page.getByText("That is not your password.")).toBeVisible();
  await alice.page.getByLabel("Password", { exact: true }).fill(alice.password);
  await alice.button("Go on as a new device").click();
  await expect(alice.page.getByRole("heading", { name: "An older copy of your data" })).toHaveCount(0);

  await alice.turnTo(bob);
  await expect(alice.message("in the copy")).toBeVisible();
  await alice.say(bob, "with new keys");
  await bob.hears(alice, "with new keys");
});

test("a private window is said before an account is made in it, and an ordinary one says nothing", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.arrive(relay, "Alice");
  const executablePath = findBrowser();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: [...browserArguments()] });
  const context = await browser.newContext({ locale: "en-GB" });
  // Chromium grants a private window what is left of the memory: on a large machine as much as to any other.
  await context.addInitScript(() => {
    navigator.storage.estimate = async () => ({ usage: 0, quota: 100 * 2 ** 20 });
  });
  const page = await context.newPage();
  await page.goto(relay.origin);

  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("This looks like a private window.")).toBeVisible();
  await alice.button("Create account").click();
  await expect(alice.page.getByLabel("Your name")).toBeVisible();
  await expect(alice.page.getByText("This looks like a private window.")).toHaveCount(0);
  await browser.close();
});

/** A full disk under Alice's browser, twice; each time she opens it anew, and at the end everything is there, once. */
function fillTwice({ isClosedWhileFull }: { readonly isClosedWhileFull: boolean }): Promise<void> {
  return onSmallDisk(async ({ alice, bob, disk }) => {
    await alice.say(bob, "before it was full");
    await bob.hears(alice, "before it was full");
    const texts = ["before it was full"];

    for (const time of ["first", "second"]) {
      disk.fill();
      await bob.say(alice, `from Bob, the ${time} time`);
      await alice.turnTo(bob);
      await alice.composer().fill(`words to keep, the ${time} time`);
      await alice.composer().press("Enter");
      await expect(alice.page.getByRole("alert")).toHaveText(/could not save that, and what is not saved is not sent/);
      await expect(alice.composer()).toHaveValue(`words to keep, the ${time} time`);
      await bob.marks(alice, `from Bob, the ${time} time`, /Sent$/);
      if (isClosedWhileFull) await alice.quit();
      disk.empty();
      if (isClosedWhileFull) await alice.reopen();

      await alice.hears(bob, `from Bob, the ${time} time`);
      await alice.say(bob, `after the ${time} time`);
      await bob.hears(alice, `after the ${time} time`);
      texts.push(`from Bob, the ${time} time`, `after the ${time} time`);
      await alice.quit();
      await alice.reopen();
      await alice.isIn();
      for (const text of texts) await alice.hears(bob, text);
    }
    for (const text of texts) await bob.hears(alice, text);
    await expect(bob.page.getByRole("list", { name: "Messages" })).not.toContainText(/words to keep/);
  });
}

type Stage = { readonly alice: Person; readonly bob: Person; readonly disk: FullDisk };

/** Alice, whose browser lies on a small disk of its own, and Bob. Skipped where nothing can be mounted. */
async function onSmallDisk(play: (stage: Stage) => Promise<void>): Promise<void> {
  skipWithoutDisk();
  test.setTimeout(300_000);
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  await alice.quit();
  using disk = new FullDisk(alice.profile);
  await alice.reopen();
  await play({ alice, bob, disk });
}

/** Only root can mount the small disk that these fill; the gate runs as root. */
function skipWithoutDisk(): void {
  const reason = whyNoMount();
  test.skip(reason !== undefined, reason);
}
