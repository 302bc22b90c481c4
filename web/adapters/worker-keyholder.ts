import { type Endpoint, type Remote, wrap } from "comlink";
import type { Keyholder } from "../core/ports/keyholder.ts";
import type { Passwords } from "../core/ports/passwords.ts";
import type { Prover } from "../core/ports/prover.ts";
import type { Keys } from "./keys.ts";

/** A worker that answers for `Keys`. `failed` settles when it could not start or has broken down. */
export type KeysWorker = {
  readonly endpoint: Endpoint;
  readonly failed: Promise<Error>;
  terminate(): void;
};

const KEYHOLDER_METHODS = {
  createVault: true,
  unlockByPassword: true,
  unlockByDevice: true,
  unlockByPasskey: true,
  checkPassword: true,
  wrapByPasskey: true,
  setKept: true,
  keepByDevice: true,
  forgetDevice: true,
  seal: true,
  open: true,
  blind: true,
  createIdentity: true,
  useIdentity: true,
  sealSignInName: true,
  openSignInNames: true,
  sign: true,
  verify: true,
  generatePreKeys: true,
  startSession: true,
  encrypt: true,
  openEnvelope: true,
  decrypt: true,
  createRecovery: true,
  useRecovery: true,
  recoveryWords: true,
  sealRecovery: true,
  rekeyRecovery: true,
  recover: true,
  rewrap: true,
  safetyNumber: true,
  compareSafetyNumber: true,
} as const satisfies Record<Exclude<keyof Keyholder, "lock">, true>;

const PASSWORDS_METHODS = {
  startRegistration: true,
  finishRegistration: true,
  startLogin: true,
  finishLogin: true,
} as const satisfies Record<keyof Passwords, true>;

const PROVER_METHODS = { tryNonces: true } as const satisfies Record<keyof Prover, true>;

type Running = {
  readonly remote: Remote<Keys>;
  /** What rejects each call that has no answer yet. */
  readonly waiting: Set<(why: Error) => void>;
  end(why: Error): void;
};

/**
 * Keys in a worker that starts with the first use. Locking ends it, so that its memory is gone; what was asked of it by
 * then rejects, and the next use starts another one, which holds no key.
 */
export function workerKeys(start: () => KeysWorker): Keys {
  let running: Running | undefined;

  function run(): Running {
    if (running !== undefined) return running;
    const worker = start();
    const started: Running = {
      remote: wrap<Keys>(worker.endpoint),
      waiting: new Set(),
      end(why) {
        if (running === started) running = undefined;
        worker.terminate();
        for (const reject of started.waiting) reject(why);
      },
    };
    void worker.failed.then((cause) => started.end(new Error("the keys' worker has broken down", { cause })));
    running = started;
    return started;
  }

  /** Calls `half[method]` in the worker. The lists above name methods of that half and nothing else. */
  function forward(half: keyof Keys, methods: object) {
    const forwarded = Object.keys(methods).map((method) => [
      method,
      async (...values: unknown[]) => {
        const { remote, waiting } = run();
        const methodsOfHalf = remote[half] as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
        // A race with one promise for all calls would hold every answer for as long as the worker runs.
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        waiting.add(reject);
        methodsOfHalf[method]?.(...values).then(resolve, reject);
        return await promise.finally(() => waiting.delete(reject));
      },
    ]);
    return Object.fromEntries(forwarded) as unknown;
  }

  return {
    keyholder: {
      ...(forward("keyholder", KEYHOLDER_METHODS) as Omit<Keyholder, "lock">),
      async lock() {
        running?.end(new Error("the keyholder is locked"));
      },
    },
    passwords: forward("passwords", PASSWORDS_METHODS) as Passwords,
    prover: forward("prover", PROVER_METHODS) as Prover,
  };
}
