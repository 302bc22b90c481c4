import { Caller } from "@tacit/server/testing/caller";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { DeliverySocket, DeviceSocket } from "@tacit/server/testing/sockets";
import { toHex } from "@tacit/shared/bytes";

/** Somebody who posts and somebody who collects, at a relay that others attack. */
export class HealthyPair implements AsyncDisposable {
  readonly #stage: RelayStage;
  readonly #recipient: Member;
  readonly #sender: DeliverySocket;
  readonly #device: DeviceSocket;
  readonly #awaited = new Map<string, () => void>();
  #collecting: Promise<void> = Promise.resolve();

  private constructor(stage: RelayStage, recipient: Member, origin: string) {
    this.#stage = stage;
    this.#recipient = recipient;
    this.#sender = new DeliverySocket(origin);
    this.#device = new DeviceSocket(origin, { token: recipient.token, epoch: 1 });
    this.#device.socket.on("envelopes", () => {
      this.#collecting = this.#collect();
    });
  }

  static async join(origin: string, name = "healthy"): Promise<HealthyPair> {
    // Only its people and their keys are used: the relay of the stage is another one.
    const stage = await RelayStage.start({}, name);
    const pair = new HealthyPair(stage, await stage.register(name, undefined, 3, new Caller(origin)), origin);
    await pair.#device.ready;
    return pair;
  }

  /** Says one thing. Answers how many milliseconds later it was heard, once it is acknowledged and collected too. */
  async talk(): Promise<number> {
    const post = this.#stage.compose(this.#recipient);
    const [envelope] = post.envelopes;
    const startedMs = performance.now();
    const heard = new Promise<number>((resolve) =>
      this.#awaited.set(toHex(envelope?.id ?? new Uint8Array()), () => resolve(performance.now() - startedMs)),
    );
    const [answer] = await this.#sender.post(post);
    if (answer?.status !== "ok") throw new Error(`the post was answered ${answer?.status}`);
    const milliseconds = await heard;
    await this.#collecting;
    return milliseconds;
  }

  async #collect(): Promise<void> {
    const page = this.#device.envelopes.splice(0).map(({ id }) => id);
    for (const id of page) {
      this.#awaited.get(toHex(id))?.();
      this.#awaited.delete(toHex(id));
    }
    await this.#device.collect(page);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sender.close();
    this.#device.close();
    await this.#stage[Symbol.asyncDispose]();
  }
}
