import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// `npm run sim:mutants [-- --only words]`: the product broken on purpose, one way after the other, each in a copy of its
// own. The oracle has to see each of them. Prints after how many steps it did, and what it said.

/** Breaks one line of one file. `breaks`: the invariant of the simulation that falls with it. */
type Mutant = {
  readonly name: string;
  readonly breaks: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** A second line of the same file, where the first alone is caught by another safeguard. */
  readonly also?: { readonly from: string; readonly to: string };
};

const MUTANTS: readonly Mutant[] = [
  {
    name: "the relay says yes before it has committed",
    breaks: "1: what was sent is shown",
    file: "server/src/mailbox/mailboxes.ts",
    from: "const answer = await this.#post(post);",
    to: 'void this.#post(post);\n    const answer = { status: "ok" } as PostAnswer;',
  },
  {
    name: "a device says that it has an envelope before it is stored",
    breaks: "1: what was sent is shown",
    file: "web/core/line.ts",
    from: "const collected: EnvelopeId[] = [];\n",
    to: "const collected: EnvelopeId[] = [];\n    await this.#mailbox?.collected(page.map(({ id }) => id));\n",
  },
  {
    name: "a device says over a link that it has an envelope before it is stored",
    breaks: "1: what was sent is shown",
    file: "web/core/links/link.ts",
    from: "        await this.#events.take(envelope);\n        this.#send({ got: [envelope.id] });",
    to: "        this.#send({ got: [envelope.id] });\n        await this.#events.take(envelope);",
  },
  {
    name: "what waited for a lost device is not sent again",
    breaks: "1: what was sent is shown",
    file: "web/core/resending.ts",
    from: "  await resendUndelivered(core, work, id);\n",
    to: "",
  },
  {
    name: "a message that comes again is shown again",
    breaks: "2: shown once",
    file: "web/core/receive-message.ts",
    from: "if (await isSeen(core, work, contact, content.id)) {\n    // The sender",
    to: "if ((await isSeen(core, work, contact, content.id)) && content.id.length === 0) {\n    // The sender",
    also: {
      from: 'await addMessage(core, work, contactId, nameOfText("them", content.id), message, order);',
      to: 'await addMessage(core, work, contactId, nameOfText("them", core.newMessageId()), message, order);',
    },
  },
  {
    name: "a message is shown in another conversation",
    breaks: "2: shown nowhere else",
    file: "web/core/receive.ts",
    from: "return apply(core, work, { contactId, device",
    to: "return apply(core, work, { contactId: core.contacts()[0]?.[0] ?? contactId, device",
  },
  {
    name: "who is blocked is heard",
    breaks: "2: shown nowhere else",
    file: "web/core/receive.ts",
    from: 'if (contact?.status === "blocked") return;',
    to: "",
  },
  {
    name: "the relay hands over the newest first",
    breaks: "3: the order of one sender",
    file: "server/src/mailbox/page.ts",
    from: "a.at - b.at || a.rank - b.rank",
    to: "b.at - a.at || a.rank - b.rank",
  },
  {
    name: "what follows an envelope in the mailbox goes over the link",
    breaks: "3: the order of one sender",
    file: "web/core/links/link.ts",
    from: "this.path === undefined || this.#behind !== undefined",
    to: "this.path === undefined",
  },
  {
    name: "a step of the ratchet is not stored with the message that it sealed",
    breaks: "4: no key for two messages",
    file: "web/core/encrypting.ts",
    from: "    work.putRow(encrypted.value.session);\n",
    to: "",
  },
  {
    name: "another identity key is taken as it comes",
    breaks: "5: no change of identity unnoticed",
    file: "web/core/fetching.ts",
    from: "hold: { identityKey, atMs: core.nowMs() } });",
    to: "identityKey, account: accountIdOf(identityKey) });",
  },
  {
    name: "envelopes are not sealed",
    breaks: "6: no plaintext and no sender at the relay",
    file: "tests/simulation/stub-crypto.ts",
    from: "sealed[HEADER_BYTES + at] = byte ^ 0xa5;",
    to: "sealed[HEADER_BYTES + at] = byte;",
    also: { from: "masked.map((byte) => byte ^ 0xa5)", to: "masked.map((byte) => byte)" },
  },
  {
    name: "what could not leave is not tried again",
    breaks: "7: every queue drains",
    file: "web/core/outbox.ts",
    from: "this.#pauses.set(contact, { ms, cancel: this.#core.ports.clock.after(ms, () => this.wake(contact)) });",
    to: "this.#pauses.set(contact, { ms, cancel: () => {} });",
  },
];

const STEPS = "100000";
const ROOT = resolve(import.meta.dirname, "../..");
const COPIED = ["shared", "crypto", "server", "web", "tests"];
const only = process.argv.at(process.argv.indexOf("--only") + 1) ?? "";
const isAll = !process.argv.includes("--only");

let alive = 0;
for (const mutant of MUTANTS) {
  if (!isAll && !mutant.name.includes(only)) continue;
  const place = mkdtempSync(join(tmpdir(), "tacit-mutant-"));
  try {
    copyTo(place);
    breakIn(place, mutant);
    const { found, seconds } = judge(place);
    if (found === undefined) alive += 1;
    console.log(`${found === undefined ? "NOT SEEN" : "seen"} in ${seconds} s: ${mutant.name} (${mutant.breaks})`);
    if (found !== undefined) console.log(`  ${found}`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
console.log(JSON.stringify({ mutants: MUTANTS.length, notSeen: alive }));
process.exitCode = alive === 0 ? 0 : 1;

/** The sources, and the packages of others as they are here. */
function copyTo(place: string): void {
  const isSource = (path: string) => !/\/(?:node_modules|\.tsc|dist|e2e|screens)$/.test(path);
  for (const folder of COPIED) cpSync(join(ROOT, folder), join(place, folder), { recursive: true, filter: isSource });
  cpSync(join(ROOT, "package.json"), join(place, "package.json"));
  const modules = join(place, "node_modules");
  mkdirSync(join(modules, "@tacit"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== "@tacit") symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const folder of COPIED) symlinkSync(join(place, folder), join(modules, "@tacit", folder));
}

function breakIn(place: string, { file, name, also, ...first }: Mutant): void {
  const path = join(place, file);
  let source = readFileSync(path, "utf8");
  for (const { from, to } of also === undefined ? [first] : [first, also]) {
    if (source.split(from).length !== 2) throw new Error(`"${name}" finds nothing to break in ${file}`);
    source = source.replace(from, () => to);
  }
  writeFileSync(path, source);
}

/** The first violation that a simulation of the copy shows, if any. */
function judge(place: string): { readonly found: string | undefined; readonly seconds: number } {
  const startedMs = performance.now();
  const run = join(place, "tests/simulation/run.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [run, "--stub", "--steps", STEPS, "--one"], {
    encoding: "utf8",
  });
  const found = /^(\d+ steps, )?seed .*$/m.exec(stdout)?.[0];
  if (found === undefined && !stdout.includes('"violations":0')) throw new Error(`a mutant did not run: ${stderr}`);
  return { found: found?.slice(0, 160), seconds: Math.round((performance.now() - startedMs) / 1000) };
}
