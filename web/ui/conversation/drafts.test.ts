import { expect, test } from "vitest";
import { Drafts } from "./drafts.ts";

/** A device whose commits wait for one another, and end when the test says so. */
function slowDevice() {
  const stored = new Map<string, string>();
  const commits: { readonly end: (isRefused: boolean) => void }[] = [];
  const commit = (act: () => void) =>
    new Promise<void>((resolve, reject) => {
      commits.push({
        end: (isRefused) => {
          if (isRefused) return reject(new Error("no room"));
          act();
          resolve();
        },
      });
    });
  const drafts = new Drafts((contact, text) => commit(() => stored.set(contact, text)));
  return {
    open: () => drafts.of("bob", stored.get("bob") ?? ""),
    draft: () => stored.get("bob") ?? "",
    /** As `sendText` does: the commit clears the draft. */
    send: async () => {
      await commit(() => stored.delete("bob"));
      return true;
    },
    /** Ends the oldest commit, if one is under way. */
    next: async (outcome: "stored" | "refused" = "stored") => {
      commits.shift()?.end(outcome === "refused");
      await new Promise(setImmediate);
    },
  };
}

test("who leaves while something is being sent, and comes back at any moment, does not find it in the composer", async () => {
  for (const moment of [0, 1, 2, 3, 4]) {
    const device = slowDevice();
    const composer = device.open();
    composer.write("hello");
    const sending = composer.send(device.send);
    // Whoever leaves stores what they leave.
    const leaving = composer.store();

    for (let commit = 0; commit < moment; commit++) await device.next();
    const again = device.open();
    const shown = [again.text()];
    for (let commit = 0; commit < 5; commit++) await device.next();
    await Promise.all([sending, leaving]);

    expect([...shown, again.text(), device.open().text(), device.draft()]).toEqual(["", "", "", ""]);
  }
});

test("what could not be sent is in the composer again, also of whoever left meanwhile and came back", async () => {
  const device = slowDevice();
  const composer = device.open();
  composer.write("first");
  const first = composer.send(device.send);
  composer.write("second");
  const second = composer.send(device.send);
  const heard: string[] = [];
  const again = device.open();
  again.watch(() => heard.push(again.text()));
  again.write("meanwhile");

  const refusals = [first, second].map((sending) => expect(sending).rejects.toThrow("no room"));
  await device.next("refused");
  await device.next("refused");
  await Promise.all(refusals);

  expect(heard.at(-1)).toBe("first\nsecond\nmeanwhile");
  expect(device.open().text()).toBe("first\nsecond\nmeanwhile");
});

test("what could not be sent after its writer left is a draft, and there when they come back", async () => {
  const device = slowDevice();
  const composer = device.open();
  composer.write("hello");
  const sending = composer.send(device.send);
  const leaving = composer.store();

  const refusal = expect(sending).rejects.toThrow("no room");
  await device.next("refused");
  await refusal;
  const early = device.open().text();
  await device.next();
  await leaving;

  expect([early, device.draft(), device.open().text()]).toEqual(["hello", "hello", "hello"]);
});

test("what is not taken, such as a text that is too long, comes back and is stored", async () => {
  const device = slowDevice();
  const composer = device.open();
  composer.write("far too long ");
  const sending = composer.send(async () => false);
  expect(composer.text()).toBe("");
  await device.next();
  await device.next();
  await sending;

  expect([composer.text(), device.draft()]).toEqual(["far too long ", "far too long "]);
});

test("who leaves and comes back before the draft is stored finds what they wrote", async () => {
  const device = slowDevice();
  const composer = device.open();
  composer.write("half a sentence");
  const leaving = composer.store();
  const early = device.open().text();
  const refusal = expect(leaving).rejects.toThrow("no room");
  await device.next("refused");
  await refusal;

  expect([early, device.open().text()]).toEqual(["half a sentence", "half a sentence"]);
  const trying = device.open().store();
  await device.next();
  await trying;
  expect(device.draft()).toBe("half a sentence");
});

test("once all is settled the composer shows what is stored, whoever wrote it, and blanks are no draft", async () => {
  const device = slowDevice();
  const composer = device.open();
  composer.write("here");
  const saving = composer.store();
  await device.next();
  await saving;
  expect(device.open()).not.toBe(composer);
  expect(device.open().text()).toBe("here");

  composer.write("  ");
  const clearing = composer.store();
  await device.next();
  await clearing;
  expect(device.draft()).toBe("");
});
