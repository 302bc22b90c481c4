import { decode } from "@tacit/shared/codec";
import type { EnvelopeId, MessageId } from "@tacit/shared/ids";
import { HOUR_MS } from "@tacit/shared/limits";
import { fromLink } from "@tacit/shared/wire/card";
import { encodeContent } from "@tacit/shared/wire/content";
import { Bundle } from "@tacit/shared/wire/prekeys";
import { nodePorts } from "@tacit/web/adapters/node-ports";
import { encodeDeviceList, hashOfList } from "@tacit/web/core/device-list";
import type { World } from "./world.ts";

/**
 * Somebody with a reusable card says "hello" as so many people, none of whom has an account: one bundle is enough for
 * all of them. `taken` waits until so many arrived.
 */
export async function comeAsCrowd(
  world: World,
  link: string,
  count: number,
  taken: (said: number) => Promise<unknown>,
) {
  const card = fromLink(link);
  if (!card.ok) throw new Error("no card");
  const { account, identityKey, key } = card.value;
  const { relay, random } = nodePorts({ relay: world.origin, clock: world.clock });
  const answer = await relay.bundle({ key, nonce: random(16) });
  if (!answer.ok || answer.value.status !== "ok") throw new Error("no bundle");
  const decoded = decode(answer.value.bundle, 64 * 1024);
  const [device] = Bundle.parse(decoded.ok ? decoded.value : undefined).devices;
  if (device === undefined) throw new Error("no device");
  const bundle = { ...device, oneTime: undefined };
  const { deviceId, registrationId } = bundle;
  const remote = { accountId: account, deviceId };
  const nowMs = world.clock.nowMs();
  for (let said = 0; said < count; said++) {
    const { keyholder } = nodePorts({ relay: world.origin, clock: world.clock });
    await keyholder.createVault("whoever this is", true);
    const { identity } = await keyholder.createIdentity();
    const list = encodeDeviceList({
      identityKey: identity.identityKey,
      counter: 1,
      previous: new Uint8Array(32),
      dateMs: nowMs,
      devices: [{ deviceId: identity.deviceId, registrationId: identity.registrationId }],
    });
    const signed = { list, signature: await keyholder.sign("device list", list) };
    const started = await keyholder.startSession({ remote, identityKey, bundle, session: undefined, nowMs });
    if (!started.ok) throw new Error("no session");
    const content = encodeContent({
      id: `${said}`.padStart(22, "A") as MessageId,
      sentAtMs: nowMs,
      list: { counter: 1, hash: hashOfList(list) },
      introduction: { relay: card.value.relay, name: `One of many ${said}`, key, list: signed, card: key },
      body: { type: "hello" },
    });
    const encrypted = await keyholder.encrypt({
      remote,
      identityKey,
      session: started.value,
      contents: [content],
      nowMs,
    });
    const sealed = encrypted.ok ? encrypted.value.sealed[0] : undefined;
    if (sealed === undefined) throw new Error("nothing was sealed");
    const envelope = { deviceId, registrationId, id: random(16) as EnvelopeId, sealed };
    const post = { key, lane: "durable", envelopes: [envelope] } as const;
    let posted = await relay.post([post]);
    // The relay takes no more by one card in an hour, and ends a connection that says nothing for so long.
    for (let tries = 0; tries < 100 && !(posted.ok && posted.value[0]?.status === "ok"); tries++) {
      if (posted.ok && posted.value[0]?.status === "full") world.clock.advance(HOUR_MS);
      posted = await relay.post([post]);
    }
    if (!posted.ok || posted.value[0]?.status !== "ok") throw new Error(JSON.stringify(posted));
    if (said % 10 === 9) await taken(said + 1);
  }
}
