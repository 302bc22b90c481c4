import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createSecrets, type Secrets } from "@tacit/server/accounts/secrets";
import { toHex } from "@tacit/shared/bytes";
import type { SignedDeviceList } from "@tacit/shared/wire/devices";
import type { LocalClient } from "@tacit/web/core/client";
import { encodeDeviceList } from "@tacit/web/core/device-list";
import { memoryDeviceKey } from "@tacit/web/core/testing/memory-device-key";
import { memoryDisk } from "@tacit/web/core/testing/memory-store";
import type { Query, ValueOf } from "@tacit/web/core/views";
import { FakeClock } from "../scenarios/fake-clock.ts";
import { Chance } from "./chance.ts";
import type { Crypto } from "./crypto.ts";
import { bytesOfDatabase, fileDisk } from "./relay-disk.ts";
import { RelayHost } from "./relay-host.ts";
import { type Device, NAMES, type Name, type Secrets as PersonSecrets, Resident } from "./resident.ts";

/** Three people who have accepted each other: where every story begins, made once. */
export type Cast = AsyncDisposable & {
  readonly crypto: Crypto;
  readonly nowMs: number;
  readonly devices: Readonly<Record<Name, Device>>;
  /** Where the relay's database lies that knows them. */
  readonly database: string;
  /** The same in one piece. */
  readonly databaseBytes: Buffer;
  /** With which each comes back. */
  readonly secretsOf: Readonly<Record<Name, PersonSecrets>>;
  readonly secrets: Secrets;
  /** What each calls the other. */
  readonly contacts: Readonly<Record<Name, Readonly<Partial<Record<Name, string>>>>>;
  /** Identity keys in hex, by account. */
  readonly identities: ReadonlyMap<string, string>;
  readonly accounts: Readonly<Record<Name, string>>;
  /** Of somebody whom nobody has accepted. */
  readonly foreignList: SignedDeviceList;
  /** For the relays of stories. */
  readonly directory: string;
};

const START_MS = Date.UTC(2026, 10, 21, 12);
const SEED = "the cast";
/** Memory, where there is a disk of it: a story is about what is lost, not about how fast a disk is. */
const FAST = "/dev/shm";

export async function gather(crypto: Crypto): Promise<Cast> {
  const directory = mkdtempSync(join(process.platform === "linux" ? FAST : tmpdir(), "tacit-simulation-"));
  const clock = new FakeClock(START_MS);
  const secrets = await createSecrets(new Chance(SEED).bytes);
  const disk = fileDisk(join(directory, "cast"));
  const relay = new RelayHost({ disk, clock, seed: SEED, secrets });
  await relay.start();
  const identities = new Map<string, string>();
  const surroundings = {
    clock,
    seed: SEED,
    makeKeys: crypto.makeKeys,
    accept: (wire: Parameters<typeof relay.accept>[0]) => relay.accept(wire),
    onPost: () => undefined,
  };
  const residents = NAMES.map(
    (name) => new Resident(name, memoryDisk(), memoryDeviceKey(new Chance(`${name} device`).bytes), surroundings),
  );

  /** Delivers everything as it comes until `action` is done; time passes when nothing else is left to do. */
  async function flow<Value>(action: Promise<Value>): Promise<Value> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    action.then(over, over);
    for (let idle = 0; !isOver; ) {
      await setImmediate();
      let isMoving = relay.isCommitWaiting;
      relay.commit();
      for (const { wires } of residents) {
        for (const pipe of wires.flatMap(({ up, down }) => [up, down])) {
          isMoving ||= pipe.waiting.length > 0;
          pipe.deliver();
        }
      }
      idle = isMoving ? 0 : idle + 1;
      if (idle > 10) clock.advance(500);
    }
    return action;
  }

  async function clientOf(resident: Resident): Promise<LocalClient> {
    const { client } = resident;
    if (client === undefined) throw new Error(`${resident.name} has no client`);
    return client;
  }

  function sees<Q extends Query>(client: LocalClient, query: Q, isIt: (value: ValueOf<Q>) => boolean) {
    return flow(
      new Promise<ValueOf<Q>>((resolve) => {
        const stop = client.watch(query, (value) => {
          if (!isIt(value)) return;
          resolve(value);
          queueMicrotask(() => stop());
        });
      }),
    );
  }

  const contacts = { Alice: {}, Bob: {}, Carol: {} } as Record<Name, Partial<Record<Name, string>>>;
  const accounts = {} as Record<Name, string>;
  for (const resident of residents) {
    resident.open();
    await flow(setImmediate());
    const client = await clientOf(resident);
    const { name } = resident;
    const password = passwordOf(name);
    const made = await flow(client.createAccount({ login: name.toLowerCase(), name, password, keep: true }));
    if (!made.ok) throw new Error(`${name} could not join: ${made.reason}`);
    await sees(client, { view: "connection" }, ({ state }) => state === "online");
    accounts[name] = (await sees(client, { view: "me" }, (me) => me !== undefined))?.account ?? "";
  }
  for (const [at, one] of residents.entries()) {
    for (const other of residents.slice(at + 1)) {
      const [mine, theirs] = [await clientOf(one), await clientOf(other)];
      const { link } = await flow(mine.createCard({ label: "a card", isOnce: true }));
      const added = await flow(theirs.addContact(link, "link"));
      if (!added.ok) throw new Error(`no contact: ${added.reason}`);
      const isThere = (rows: readonly { readonly name: string }[]) => rows.some(({ name }) => name === other.name);
      const rows = await sees(mine, { view: "conversations" }, isThere);
      const contact = rows.find(({ name }) => name === other.name)?.contact ?? "";
      await flow(mine.accept(contact));
      await sees(theirs, { view: "contact", contact: added.value }, (seen) => seen?.status === "accepted");
      contacts[one.name][other.name] = contact;
      contacts[other.name][one.name] = added.value;
    }
  }
  // What is still owed goes out, so that a story begins in silence.
  for (let second = 0; second < 60; second++) {
    clock.advance(1_000);
    for (let turn = 0; turn < 20; turn++) await flow(setImmediate());
  }
  const secretsOf = {} as Record<Name, PersonSecrets>;
  for (const resident of residents) {
    const { name } = resident;
    const words = await (await clientOf(resident)).recoveryWords();
    secretsOf[name] = { password: passwordOf(name), words };
    const key = await identityOf(resident);
    identities.set(accounts[resident.name], key);
    await flow((await clientOf(resident)).close());
    resident.crash();
  }
  await flow(setImmediate());
  await relay.close();

  const deviceOf = (name: Name) => {
    const resident = residents.find((one) => one.name === name);
    if (resident === undefined) throw new Error(`no ${name}`);
    return resident.device;
  };
  return {
    crypto,
    nowMs: clock.nowMs(),
    devices: { Alice: deviceOf("Alice"), Bob: deviceOf("Bob"), Carol: deviceOf("Carol") },
    database: disk.dataDir,
    databaseBytes: bytesOfDatabase(disk.dataDir),
    secretsOf,
    secrets,
    contacts,
    identities,
    accounts,
    foreignList: await makeForeignList(crypto),
    directory,
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };

  async function identityOf({ device, keys }: Resident): Promise<string> {
    const row = device.disk.tables.get("meta")?.get("identity");
    if (row === undefined || keys === undefined) throw new Error("somebody has no identity");
    return toHex((await keys.keyholder.useIdentity(row)).identityKey);
  }
}

function passwordOf(name: Name): string {
  return `${name} has a long password`;
}

async function makeForeignList(crypto: Crypto): Promise<SignedDeviceList> {
  const random = new Chance("Mallory").bytes;
  const { keyholder } = crypto.makeKeys("Mallory", random, memoryDeviceKey(random));
  await keyholder.createVault("a long password of Mallory's", false);
  const { identity } = await keyholder.createIdentity();
  const { identityKey, deviceId, registrationId } = identity;
  const device = { deviceId, registrationId };
  const list = encodeDeviceList({ identityKey, counter: 1, dateMs: START_MS, devices: [device] });
  return { list, signature: await keyholder.sign("device list", list) };
}
