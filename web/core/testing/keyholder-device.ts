import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";
import { fromUtf8, toUtf8 } from "@tacit/shared/text";
import type { DeviceBundle, PreKeyUpload } from "@tacit/shared/wire/prekeys";
import { preKeyRow } from "../keyholder/prekeys.ts";
import type {
  DecryptFailure,
  Keyholder,
  OpenedEnvelope,
  OwnIdentity,
  PlainRow,
  WrappedVault,
} from "../ports/keyholder.ts";
import type { Row } from "../ports/store.ts";

export const NOW_MS = 1_790_000_000_000;
export const PASSWORD = "correct horse battery staple";
/** A row as any other. */
export const NOTE: PlainRow = {
  table: "drafts",
  id: "a",
  index: "i",
  order: 3,
  version: 2,
  plain: new Uint8Array([1, 2, 3]),
};
const LAST_RESORT_ID = 1_000;

type Receiving = {
  readonly nowMs?: number;
  readonly isTrusted?: boolean;
  /** What the core claims of an opened envelope that is not so. */
  readonly instead?: Partial<OpenedEnvelope>;
};

/** A keyholder and the rows that a client would keep for it: enough to hold a conversation without store or relay. */
export class KeyholderDevice {
  readonly keyholder: Keyholder;
  readonly wrapped: WrappedVault;
  readonly me: OwnIdentity;
  readonly identityRow: Row;
  readonly upload: PreKeyUpload;
  readonly rows = new Map<string, Row>();
  readonly #replays = new Set<string>();
  readonly #handedOut = { oneTime: 0, kyber: 0 };

  private constructor(
    keyholder: Keyholder,
    wrapped: WrappedVault,
    created: Awaited<ReturnType<Keyholder["createIdentity"]>>,
    preKeys: Awaited<ReturnType<Keyholder["generatePreKeys"]>>,
  ) {
    this.keyholder = keyholder;
    this.wrapped = wrapped;
    this.me = created.identity;
    this.identityRow = created.row;
    this.upload = preKeys.upload;
    for (const row of preKeys.rows) this.rows.set(row.id, row);
  }

  static async create(keyholder: Keyholder): Promise<KeyholderDevice> {
    const wrapped = await keyholder.createVault(PASSWORD, true);
    const identity = await keyholder.createIdentity();
    const ids = { firstOneTimeId: 1, oneTime: 2, firstKyberId: 1, kyber: 2, signedId: 1, lastResortId: LAST_RESORT_ID };
    return new KeyholderDevice(keyholder, wrapped, identity, await keyholder.generatePreKeys(ids));
  }

  /** As a relay hands bundles out: one-time keys while there are some, then without one and with the last resort. */
  bundle(): DeviceBundle {
    const { signed, lastResort, oneTime, kyber } = this.upload;
    if (signed === undefined || lastResort === undefined) throw new Error("the first upload is whole");
    const { deviceId, registrationId } = this.me;
    return {
      deviceId,
      registrationId,
      signed,
      oneTime: oneTime[this.#handedOut.oneTime++],
      kyber: kyber[this.#handedOut.kyber++] ?? lastResort,
    };
  }

  async sessionWith(peer: KeyholderDevice): Promise<Row | undefined> {
    const { accountId, deviceId } = peer.me;
    const [id] = await this.keyholder.blind("sessions", [`${accountId}.${deviceId}`]);
    return this.rows.get(id as string);
  }

  async startSession(peer: KeyholderDevice, bundle = peer.bundle()): Promise<Result<Row, "forged">> {
    const session = await this.sessionWith(peer);
    const request = { remote: peer.me, identityKey: peer.me.identityKey, bundle, session, nowMs: NOW_MS };
    const started = await this.keyholder.startSession(request);
    if (started.ok) this.rows.set(started.value.id, started.value);
    return started;
  }

  /** One sealed envelope. */
  async say(peer: KeyholderDevice, text: string): Promise<Bytes> {
    const [sealed] = await this.send(peer, text);
    return sealed as Bytes;
  }

  /** Sealed envelopes, with a new session where there is none. */
  async send(peer: KeyholderDevice, ...texts: readonly string[]): Promise<readonly Bytes[]> {
    if ((await this.sessionWith(peer)) === undefined) await this.startSession(peer);
    const session = (await this.sessionWith(peer)) as Row;
    const contents = texts.map(toUtf8);
    const request = { remote: peer.me, identityKey: peer.me.identityKey, session, contents, nowMs: NOW_MS };
    const encrypted = await this.keyholder.encrypt(request);
    if (!encrypted.ok) throw new Error(encrypted.reason);
    this.rows.set(encrypted.value.session.id, encrypted.value.session);
    return encrypted.value.sealed;
  }

  /** The text, or why not. Keeps what a client would commit, and takes used prekeys away. */
  async receive(sealed: Bytes, how: Receiving = {}): Promise<string | DecryptFailure> {
    const envelope = await this.keyholder.openEnvelope(sealed, how.nowMs ?? NOW_MS);
    if (!envelope.ok) return envelope.reason;
    const opened = { ...envelope.value, ...how.instead };
    const preKeys = this.#preKeysFor(opened);
    const [id] = await this.keyholder.blind("sessions", [`${opened.sender.accountId}.${opened.sender.deviceId}`]);
    const request = { opened, session: this.rows.get(id as string), preKeys, isTrusted: how.isTrusted ?? true };
    const decrypted = await this.keyholder.decrypt(request);
    if (!decrypted.ok) return decrypted.reason;
    const { session, content, used } = decrypted.value;
    if (used) {
      if (this.#replays.has(used.replay)) return "replayed";
      if (used.oneTime !== undefined) this.rows.delete(preKeyRow("ec", used.oneTime).id);
      if (used.kyber === LAST_RESORT_ID) this.#replays.add(used.replay);
      else this.rows.delete(preKeyRow("kyber", used.kyber).id);
    }
    this.rows.set(session.id, session);
    return fromUtf8(content);
  }

  #preKeysFor({ needs }: OpenedEnvelope): readonly Row[] {
    if (needs === undefined) return [];
    const keys = [preKeyRow("signed", needs.signed), preKeyRow("kyber", needs.kyber)];
    if (needs.oneTime !== undefined) keys.push(preKeyRow("ec", needs.oneTime));
    return keys.flatMap(({ id }) => this.rows.get(id) ?? []);
  }
}
