import { BlobCaller, sealedBytes } from "@tacit/server/testing/blob-caller";
import { startLogin, startRegistration } from "@tacit/server/testing/opaque-client";
import { hashOf, keySet } from "@tacit/server/testing/owner";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { beginLogin, composeChange, composeDeletion, logIn, vaultOf } from "@tacit/server/testing/sign-in";
import { type Bytes, equalBytes, toBase64Url } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { DeliveryKey, DeviceId, DeviceToken } from "@tacit/shared/ids";
import { BODY_TYPE, PROTOCOL_HEADER, routes } from "@tacit/shared/routes";
import { BLOB_STATUS, BLOBS_PATH, DELIVERY_KEY_HEADER, TUS_BODY_TYPE, TUS_VERSION } from "@tacit/shared/wire/blobs";
import { expect, test } from "vitest";
import { isGate, isLong } from "../extent.ts";
import { Chance } from "../simulation/chance.ts";
import { changeSome } from "./changed-values.ts";
import { ask, changeHeaders, type OddRequest, refusalIn } from "./odd-requests.ts";

const CHANGED = isLong ? 20_000 : isGate ? 3_000 : 300;
/** Some of what is changed is taken all the same, and uses up what the others need. */
const COMPOSED_EVERY = 300;

type Name = keyof typeof routes;
type Original = { readonly name: Name; readonly body: unknown; readonly token?: DeviceToken | undefined };

test("RR-1: whatever is changed of a request, in its body or its head, is answered as the protocol says", async () => {
  const faults: string[] = [];
  await using stage = await RelayStage.start({ log: (level, what) => level === "error" && faults.push(what) });
  const chance = new Chance("changed requests");
  const statuses = new Set<number>();
  let originals: readonly Original[] = [];

  for (let n = 0; n < CHANGED; n++) {
    if (n % COMPOSED_EVERY === 0) originals = await composeRequests(stage, n / COMPOSED_EVERY, chance);
    const { name, body, token } = chance.pick(originals);
    const { method, path } = routes[name];
    const headers = {
      "content-type": BODY_TYPE,
      [PROTOCOL_HEADER]: "1",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const request: OddRequest = {
      method,
      path,
      headers: chance.isOneIn(8) ? changeHeaders(headers, MORE_HEADERS, chance) : headers,
      body: method === "GET" ? undefined : encode(changeSome(body, chance, chance.below(4))),
    };
    const answer = await ask(stage.origin, request);
    statuses.add(answer.status);
    const isFit = answer.status === 200 ? isAnswer(name, answer.body) : refusalIn(answer) !== undefined;
    if (!isFit || answer.status >= 500) faults.push(`${name} ${answer.status} ${JSON.stringify(request.headers)}`);
  }

  expect(faults).toEqual([]);
  expect([...statuses].toSorted()).toEqual([200, 400, 401, 403, 409, 426]);
  await worksAsBefore(stage);
}, 3_600_000);

test("RR-1: whatever is changed of the head of an upload or of a fetch, no byte of a sealed file changes place", async () => {
  const faults: string[] = [];
  await using stage = await RelayStage.start({ log: (level, what) => level === "error" && faults.push(what) });
  const chance = new Chance("changed heads");
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(300_000);
  const whole = await caller.upload(bob.contactKey, bytes);
  const allowed = new Set<number>(
    [0, 200, 201, 204, 206, ...Object.values(BLOB_STATUS)].filter((status) => status < 500),
  );
  let [half, at] = [await caller.begin(bob.contactKey, bytes.length), 0];
  const tus = { "tus-resumable": TUS_VERSION, [PROTOCOL_HEADER]: "1" };
  const untaken: string[] = [];

  for (let n = 0; n < CHANGED; n++) {
    const part = bytes.slice(at, at + 1 + chance.below(40_000));
    const requests: readonly OddRequest[] = [
      {
        method: "POST",
        path: BLOBS_PATH,
        headers: { ...tus, "upload-length": String(bytes.length), [DELIVERY_KEY_HEADER]: toBase64Url(bob.contactKey) },
      },
      { method: "HEAD", path: half, headers: tus },
      {
        method: "PATCH",
        path: half,
        headers: { ...tus, "upload-offset": String(at), "content-type": TUS_BODY_TYPE },
        body: part,
      },
      { method: "GET", path: whole, headers: { ...tus, range: `bytes=${at}-${at + part.length - 1}` } },
      { method: "DELETE", path: `${BLOBS_PATH}/${"0".repeat(64)}`, headers: tus },
      { method: "OPTIONS", path: BLOBS_PATH, headers: tus },
    ];
    const request = chance.pick(requests);
    const headers = changeHeaders(request.headers, MORE_HEADERS, chance);
    const path = chance.isOneIn(8) ? chance.pick(ODD_PATHS) : request.path;
    const answer = await ask(stage.origin, { ...request, path, headers });
    if (!allowed.has(answer.status)) faults.push(`${request.method} ${answer.status} ${JSON.stringify(headers)}`);
    if (answer.status === 206) {
      const [, from, to] = /^bytes (\d+)-(\d+)\//.exec(answer.headers["content-range"] ?? "") ?? [];
      if (!equalBytes(answer.body, bytes.slice(Number(from), Number(to) + 1))) faults.push(`GET ${headers["range"]}`);
    }
    const offset = await caller.offset(half);
    if (offset > at && (answer.status !== 204 || offset !== at + part.length))
      faults.push(`PATCH from ${at} to ${offset}`);
    at = offset;
    if (at < bytes.length) continue;
    untaken.push(half);
    [half, at] = [await caller.begin(bob.contactKey, bytes.length), 0];
    stage.clock.advance(24 * 3_600_000);
  }

  expect(faults).toEqual([]);
  for (const path of [whole, ...untaken.slice(-3)])
    expect(equalBytes(await caller.fetchAll(path, bytes.length), bytes)).toBe(true);
}, 3_600_000);

test("RR-1: whatever is changed of what the admin page says, settings stay such as it could have made", async () => {
  const faults: string[] = [];
  await using stage = await RelayStage.start({ log: (level, what) => level === "error" && faults.push(what) });
  const chance = new Chance("changed settings");
  const link = await stage.app.createAdminLink();
  const say = (method: string, path: string, body: string, headers = {}) =>
    ask(stage.origin, { method, path: `/v1/admin/${path}`, headers, body: Buffer.from(body) });
  const json = { "content-type": "application/json", authorization: "Bearer none" };
  const entered = await say("POST", "enter", JSON.stringify({ link }), json);
  const { session } = JSON.parse(Buffer.from(entered.body).toString());
  const settings = { relayName: "Ours", registration: "open", maxAccounts: 50, mailboxMebibytes: 1, workBits: 0 };
  const originals = [
    ["PUT", "settings", settings],
    ["POST", "invites", { uses: 3 }],
    ["POST", "enter", { link }],
    ["GET", "state", {}],
  ] as const;

  for (let n = 0; n < CHANGED / 2; n++) {
    const [method, path, body] = chance.pick(originals);
    const headers = { ...json, authorization: `Bearer ${session}` };
    const said = JSON.stringify(changeSome(body, chance, chance.below(4)), (_, value) =>
      value instanceof Uint8Array ? "bytes" : value,
    );
    const changed = chance.isOneIn(8) ? said.slice(0, chance.below(said.length)) : said;
    const answer = await say(
      method,
      path,
      changed,
      chance.isOneIn(6) ? changeHeaders(headers, MORE_HEADERS, chance) : headers,
    );
    if (![200, 400, 401].includes(answer.status)) faults.push(`${path} ${answer.status} ${changed.slice(0, 100)}`);
  }

  expect(faults).toEqual([]);
  expect(
    (await say("PUT", "settings", JSON.stringify(settings), { ...json, authorization: `Bearer ${session}` })).status,
  ).toBe(200);
  expect(await stage.caller.ask("relayInfo", {})).toMatchObject({ name: "Ours", registration: "open" });
  await worksAsBefore(stage);
}, 3_600_000);

const MORE_HEADERS = [
  "origin",
  "x-forwarded-for",
  "content-encoding",
  "cookie",
  "if-none-match",
  "range",
  "authorization",
];
const ODD_PATHS = ["", "/", "/%", "/%ff", "/..", `/${"0".repeat(63)}`, `/${"A".repeat(64)}`, "/__proto__", "/x/y"].map(
  (end) => `${BLOBS_PATH}${end}`,
);

function isAnswer(name: Name, body: Uint8Array): boolean {
  const decoded = decode(new Uint8Array(body), 10_000_000);
  return decoded.ok && routes[name].answer.safeParse(decoded.value).success;
}

/** One request for each route, of people who are new. What is signed is signed after it was changed. */
async function composeRequests(stage: RelayStage, n: number, chance: Chance): Promise<readonly Original[]> {
  const { caller } = stage;
  const [alice, bob] = [await stage.register(`alice${n}`), await stage.register(`bob${n}`)];
  const carol = await stage.prepare(`carol${n}`);
  const { ticket } = await logIn(caller, `alice${n}`);
  const { ticket: bobs } = await logIn(caller, `bob${n}`);
  const { attempt, request } = await beginLogin(caller, `bob${n}`);
  const vault = vaultOf(alice.owner, 1);
  const work = { challenge: stage.random(32), nonce: stage.random(8) };
  const { list } = alice.owner.list([alice.device, { deviceId: 2 as DeviceId, registrationId: 7 }], 3);
  const { token } = alice;
  return [
    { name: "relayInfo", body: {} },
    { name: "startRegistration", body: { login: `dan${n}`, invite: "x", request: startRegistration("word").request } },
    { name: "finishRegistration", body: { ...carol.request, name: stage.random(93), work } },
    { name: "startLogin", body: { login: `alice${n}`, request: startLogin("word").request } },
    { name: "finishLogin", body: { attempt, request } },
    { name: "issueToken", body: { ticket, deviceId: 3, signature: stage.random(64), name: stage.random(93) } },
    { name: "listSignIns", body: {}, token },
    { name: "endSignIns", body: { id: stage.random(32) }, token },
    { name: "putRecovery", body: vault, token },
    { name: "fetchRecovery", body: { ticket } },
    { name: "startPasswordChange", body: { ticket: bobs, request: startRegistration("word").request } },
    { name: "finishPasswordChange", body: await composeChange(caller, bob.owner, bobs, vault) },
    { name: "deleteAccount", body: { ...composeDeletion(bob.owner, bobs), signature: stage.random(64) } },
    { name: "putPreKeys", body: alice.owner.prekeys(3, 100), token },
    { name: "putDeliveryKeys", body: keySet(stage.random, 2, { contact: [alice.contactKey] }), token },
    { name: "turn", body: {}, token },
    { name: "claim", body: { card: bob.onceKey, claimant: hashOf(stage.random(32) as DeliveryKey) } },
    { name: "bundle", body: { key: bob.contactKey, nonce: stage.random(16) } },
    { name: "post", body: stage.compose(bob) },
    ...Array.from({ length: 6 }, (): Original => {
      const decoded = decode(list, list.length);
      return {
        name: "putDeviceList",
        body: signList(alice, changeSome(decoded.ok && decoded.value, chance, chance.below(4))),
        token,
      };
    }),
  ];
}

function signList({ owner }: Member, list: unknown): { readonly list: Bytes; readonly signature: Bytes } {
  const encoded = encode(list);
  return { list: encoded, signature: owner.sign("device list", encoded) };
}

/** Somebody joins, is written to, and reads it. */
async function worksAsBefore(stage: RelayStage): Promise<void> {
  const eve = await stage.register("eve");
  const post = stage.compose(eve);
  expect(await stage.caller.ask("post", post)).toEqual({ status: "ok" });
  expect((await stage.caller.ask("bundle", { key: eve.contactKey, nonce: stage.random(16) })).status).toBe("ok");
  const socket = stage.connect(eve.token, 1);
  await expect.poll(() => socket.envelopes.map(({ id }) => id)).toEqual(post.envelopes.map(({ id }) => id));
}
