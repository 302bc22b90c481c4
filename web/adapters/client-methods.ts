import type { Client } from "../core/client-api.ts";

export type Method = Exclude<keyof Client, "watch">;

/**
 * What becomes of a call whose owner vanished after it had begun. "again": doing it twice is like doing it once, so the
 * next owner does it. "once": it may have happened, so the caller hears `OwnerGone` and a person decides.
 */
export const METHODS = {
  createAccount: "once",
  unlock: "again",
  lock: "again",
  signIn: "again",
  signOut: "once",
  eraseDevice: "again",
  setKept: "again",
  updateSettings: "again",
  rename: "again",
  createCard: "once",
  revokeCard: "again",
  previewCard: "again",
  addContact: "again",
  accept: "again",
  ignore: "again",
  block: "again",
  unblock: "again",
  setDirect: "again",
  renameContact: "again",
  safetyNumber: "again",
  checkScannedNumber: "again",
  confirmDigits: "again",
  setVerified: "again",
  acceptNewKey: "again",
  sendText: "once",
  wayOfFile: "again",
  sendFile: "once",
  startFile: "again",
  pauseFile: "again",
  cancelFile: "again",
  retry: "again",
  discard: "again",
  saveDraft: "again",
  setTyping: "again",
  openConversation: "again",
  closeConversation: "again",
  reconnect: "again",
  startCall: "once",
  acceptCall: "once",
  declineCall: "again",
  hangUp: "again",
  setSending: "once",
  renewCapture: "once",
  confirmCallCode: "once",
  dismissCall: "again",
  tryAgain: "again",
  recover: "once",
  comeBackHere: "once",
  recoveryWords: "again",
  confirmRecovery: "again",
  changePassword: "once",
  deleteAccount: "once",
  unlockByPasskey: "again",
  checkPassword: "again",
  setPasskey: "again",
  persistStorage: "again",
  noteActivity: "again",
  listSignIns: "again",
  endSignIns: "again",
} as const satisfies Record<Method, "again" | "once">;

export function isMethod(name: string): name is Method {
  return Object.hasOwn(METHODS, name);
}

/** Calls `method` of a client with values that came as data. */
export async function perform(client: Client, method: Method, values: readonly unknown[]): Promise<unknown> {
  const called = client[method] as (...values: readonly unknown[]) => Promise<unknown>;
  return await called.apply(client, [...values]);
}
