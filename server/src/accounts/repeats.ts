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

  constructor(clock: Clock) {
    this.#answered = new Expiring(clock, REPEAT_MS, MAX_REPEATS);
  }

  /** Refusals are not remembered. */
  async answer(
    request: object,
    work: () => Promise<Result<Answer, RelayRefusal>>,
  ): Promise<Result<Answer, RelayRefusal>> {
    const question = mapKey(sha256(encode(request)));
    const answered = this.#answered.get(question);
    if (answered !== undefined) return ok(answered);
    const result = await work();
    if (result.ok) this.#answered.put(question, result.value);
    return result;
  }
}
