import type { Keyholder } from "../core/ports/keyholder.ts";
import type { Passwords } from "../core/ports/passwords.ts";
import type { Prover } from "../core/ports/prover.ts";
import type { Keys } from "./keys.ts";
import { type StartedWorker, WorkerCalls } from "./worker-calls.ts";

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

/**
 * Keys in a worker that starts with the first use. Locking ends it, so that its memory is gone; what was asked of it by
 * then rejects, and the next use starts another one, which holds no key.
 */
export function workerKeys(start: () => StartedWorker): Keys {
  const calls = new WorkerCalls<Keys>("keys'", start);

  /** Calls `half[method]` in the worker. The lists above name methods of that half and nothing else. */
  function forward(half: keyof Keys, methods: object) {
    const forwarded = Object.keys(methods).map((method) => [
      method,
      async (...values: unknown[]) =>
        calls.ask(async (remote) => {
          const methodsOfHalf = remote[half] as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
          return methodsOfHalf[method]?.(...values);
        }),
    ]);
    return Object.fromEntries(forwarded) as unknown;
  }

  return {
    keyholder: {
      ...(forward("keyholder", KEYHOLDER_METHODS) as Omit<Keyholder, "lock">),
      async lock() {
        calls.end(new Error("the keyholder is locked"));
      },
    },
    passwords: forward("passwords", PASSWORDS_METHODS) as Passwords,
    prover: forward("prover", PROVER_METHODS) as Prover,
  };
}
