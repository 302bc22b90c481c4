import { copyBytes } from "@tacit/shared/bytes";
import type { DeliveryKey, DeviceToken, EnvelopeId } from "@tacit/shared/ids";
import { toUtf8 } from "@tacit/shared/text";
import { type Registered, type RegistrationFinish, STRETCHING } from "@tacit/shared/wire/accounts";
import type { Device } from "@tacit/shared/wire/devices";
import type { Lane, Post } from "@tacit/shared/wire/envelopes";
import { type App, type AppOptions, buildApp } from "../app.ts";
import { sha256 } from "../hash.ts";
import type { Random } from "../ports.ts";
import { Caller } from "./caller.ts";
import { FakeClock } from "./fake-clock.ts";
import { startRegistration } from "./opaque-client.ts";
import { device, keySet, Owner } from "./owner.ts";
import { seededRandom } from "./seeded-random.ts";
import { PASSWORD } from "./sign-in.ts";
import { DeliverySocket, DeviceSocket } from "./sockets.ts";

/** Somebody with an account at the relay of the stage. */
export type Member = {
  readonly owner: Owner;
  readonly device: Device;
  readonly token: DeviceToken;
  readonly request: RegistrationFinish;
  readonly contactKey: DeliveryKey;
  readonly cardKey: DeliveryKey;
  readonly onceKey: DeliveryKey;
};

/** A whole relay on a free port, with a clock of its own. */
export class RelayStage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly app: App;
  readonly caller: Caller;
  readonly #sockets: { close(): void }[] = [];

  private constructor(app: App, clock: FakeClock, origin: string, people: string) {
    this.random = seededRandom(people);
    this.app = app;
    this.clock = clock;
    this.caller = new Caller(origin);
  }

  /** `people`: the seed of their keys. Those of two stages who meet at one relay need two. */
  static async start(options: AppOptions = {}, people = "people"): Promise<RelayStage> {
    const clock = new FakeClock();
    const app = await buildApp({ clock, random: seededRandom("relay"), ...options });
    const { origin } = await app.listen(0);
    return new RelayStage(app, clock, origin, people);
  }

  get origin(): string {
    return this.caller.origin;
  }

  /** Everything of a registration up to its last step. */
  async prepare(login: string, invite?: string, oneTimeKeys = 3, caller = this.caller): Promise<Member> {
    const owner = new Owner(this.random);
    const exchange = startRegistration(PASSWORD);
    const { response } = await caller.ask("startRegistration", { login, invite, request: exchange.request });
    const record = exchange.finish(response);
    const [contactKey, cardKey, onceKey] = [this.#key(), this.#key(), this.#key()];
    const one = device(1);
    const request: RegistrationFinish = {
      login,
      invite,
      record,
      stretching: STRETCHING,
      identityKey: owner.identityKey,
      signature: owner.sign("registration", sha256(toUtf8(record))),
      list: owner.list([one]),
      device: one,
      prekeys: owner.prekeys(oneTimeKeys),
      deliveryKeys: keySet(this.random, 1, { contact: [contactKey], card: [cardKey], onceCard: [onceKey] }),
    };
    return { owner, device: one, token: "" as DeviceToken, request, contactKey, cardKey, onceKey };
  }

  /** At the relay of the stage, or at the one that `caller` calls. */
  async register(login: string, invite?: string, oneTimeKeys = 3, caller = this.caller): Promise<Member> {
    const member = await this.prepare(login, invite, oneTimeKeys, caller);
    const { token }: Registered = await caller.ask("finishRegistration", member.request);
    return { ...member, token };
  }

  connect(token: DeviceToken, epoch: number): DeviceSocket {
    const socket = new DeviceSocket(this.origin, { token, epoch });
    this.#sockets.push(socket);
    return socket;
  }

  anonymous(): DeliverySocket {
    const socket = new DeliverySocket(this.origin);
    this.#sockets.push(socket);
    return socket;
  }

  /** A post to the one device of a member. */
  compose(member: Member, lane: Lane = "durable", key = member.contactKey, bytes = 2048): Post {
    const sealed = new Uint8Array(bytes);
    sealed.set(this.random(32));
    const envelope = { ...member.device, id: this.random(16) as EnvelopeId, sealed: copyBytes(sealed) };
    return { key, lane, envelopes: [envelope] };
  }

  #key(): DeliveryKey {
    return this.random(32) as DeliveryKey;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await this.app.close();
  }
}
