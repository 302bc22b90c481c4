import { encode } from "@tacit/shared/codec";
import { MINUTE_MS } from "@tacit/shared/limits";
import { ok, type Result } from "@tacit/shared/result";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import { Expiring } from "../expiring.ts";
import { mapKey, sha256 } from "../hash.ts";
import type { Clock } from "../ports.ts";

const REPEAT_MS = 10 * MINUTE_MS;
const MAX_REPEATS = 1_000;

/** The same request again within ten minutes gets the same answer, which was perhaps lost on the way. In memory only. */
export class Repeats<Answer> {
  readonly #answered: Expiring<Answer>;
  readonly #underWay = new Map<string, Promise<Result<Answer, RelayRefusal>>>();

  constructor(clock: Clock) {
    this.#answered = new Expiring(clock, REPEAT_MS, MAX_REPEATS);
  }

  /** Refusals are not remembered. One that comes while the first is under way waits for it. */
  answer(request: object, work: () => Promise<Result<Answer, RelayRefusal>>): Promise<Result<Answer, RelayRefusal>> {
    const question = mapKey(sha256(encode(request)));
    const answered = this.#answered.get(question);
    if (answered !== undefined) return Promise.resolve(ok(answered));
    return this.#underWay.get(question) ?? this.#begin(question, work);
  }

  #begin(question: string, work: () => Promise<Result<Answer, RelayRefusal>>) {
    const answering = Promise.resolve()
      .then(work)
      .then((result) => {
        if (result.ok) this.#answered.put(question, result.value);
        return result;
      })
      .finally(() => this.#underWay.delete(question));
    this.#underWay.set(question, answering);
    return answering;
  }
}
