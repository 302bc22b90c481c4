import type { PasskeyLock } from "@tacit/crypto/passkey-lock";
import type { Bytes } from "@tacit/shared/bytes";
import type { MessageId } from "@tacit/shared/ids";
import type { Result } from "@tacit/shared/result";
import type { FileOffer } from "@tacit/shared/wire/content";
import type { CallSources } from "./calls/calls.ts";
import type { SafetyNumber } from "./ports/keyholder.ts";
import type {
  CardId,
  CardPreview,
  CardView,
  ContactId,
  DirectChoice,
  Query,
  Settings,
  SignInView,
  ValueOf,
} from "./views.ts";

export type NewAccount = {
  /** A handle (a-z first, then a-z 0-9 . _ -, 3 to 32) or an e-mail address. */
  readonly login: string;
  /** What contacts see. */
  readonly name: string;
  readonly password: string;
  readonly invite?: string | undefined;
  /** "Keep Tacit unlocked on this device". */
  readonly keep: boolean;
};

/** A passkey that was just made: which one, and the 32 bytes that it derived. */
export type NewPasskey = { readonly lock: PasskeyLock; readonly secret: Bytes };

export type AccountRefusal =
  | "login-malformed"
  | "name-malformed"
  | "password-short"
  | "handle-taken"
  | "invite"
  | "closed"
  | "rate"
  | "outdated-client"
  | "unreachable";

/** no-keys: no account in this browser: its keys are elsewhere. */
export type SignInRefusal = "wrong-password" | "disabled" | "rate" | "outdated-client" | "unreachable" | "no-keys";

/**
 * malformed-words: a typo, or not twelve words. wrong-key: the words are of another account, or the vault is damaged.
 * no-vault: the relay has none for this account. not-empty: this browser has an account already.
 */
export type RecoverRefusal =
  | "wrong-password"
  | "disabled"
  | "malformed-words"
  | "wrong-key"
  | "no-vault"
  | "not-empty"
  | "rate"
  | "outdated-client"
  | "unreachable";

/** wrong-key: what the relay keeps is not this account's. no-vault: it keeps nothing. */
export type ComeBackRefusal =
  | "wrong-password"
  | "disabled"
  | "wrong-key"
  | "no-vault"
  | "rate"
  | "outdated-client"
  | "unreachable";

/**
 * unsettled: the relay did not answer at the last step. Either password may count; the next unlock finds out. held-back:
 * this browser holds an older copy or damaged rows, which would take the place of what the relay keeps.
 */
export type PasswordChangeRefusal =
  | "held-back"
  | "wrong-password"
  | "disabled"
  | "password-short"
  | "unsettled"
  | "rate"
  | "outdated-client"
  | "unreachable";

/** signed-out: the relay wants the password again first. */
export type SignInsRefusal = "signed-out" | "outdated-client" | "unreachable";

export type DeletionRefusal = "wrong-password" | "disabled" | "rate" | "outdated-client" | "unreachable";

/** own: the card is our own. other-relay: people on other relays come later. used: a one-time card, already used. */
export type AddRefusal =
  | "malformed"
  | "newer"
  | "forged"
  | "own"
  | "expired"
  | "other-relay"
  | "used"
  | "revoked"
  | "unreachable"
  | "budget";

/** A sealed file on the shelf of this device, and what is said of it. */
export type NewFile = Omit<FileOffer, "blob"> & { readonly shelf: string };

/** too-large: for the relay. not-accepted: they have not answered yet, or are not to be written to. */
export type SendFileRefusal = "too-long" | "too-large" | "not-accepted";

/**
 * unsupported: this browser has no WebRTC. no-relay: this contact is only reached through TURN, and our relay has none.
 * in-call: there is a call already.
 */
export type CallRefusal = "unsupported" | "not-accepted" | "no-relay" | "in-call";

/**
 * The whole messenger, without a screen: the public interface of the core. Arguments and answers are plain data, so that
 * another tab can call it over a channel. Methods resolve when what they say is durable on this device; they reject
 * only when the device cannot store or the client is not open.
 */
export type Client = {
  /** Calls back with the present value, then with each later one, until the answer is called. */
  watch<Q extends Query>(query: Q, listener: (value: ValueOf<Q>) => void): () => void;

  createAccount(account: NewAccount): Promise<Result<undefined, AccountRefusal>>;
  unlock(password: string): Promise<Result<undefined, "wrong-password">>;
  /** `secret`: what the passkey of the "locked" phase derived. */
  unlockByPasskey(secret: Bytes): Promise<Result<undefined, "wrong-passkey">>;
  checkPassword(password: string): Promise<Result<undefined, "wrong-password">>;
  /** Adds a passkey that unlocks this device beside the password, in the place of any before, or takes it away. */
  setPasskey(password: string, passkey?: NewPasskey | undefined): Promise<Result<undefined, "wrong-password">>;
  /** Forgets every key until the password comes. Works in both modes. */
  lock(): Promise<void>;
  /** A new token from the relay, for an account whose keys are in this browser. Opens it first where it is locked. */
  signIn(login: string, password: string): Promise<Result<undefined, SignInRefusal>>;
  /** Ends the token and locks. Messages and keys stay in this browser, sealed under the password. */
  signOut(): Promise<void>;
  /** Where this account is signed in, by the relay's word. */
  listSignIns(): Promise<Result<readonly SignInView[], SignInsRefusal>>;
  /** Ends one sign-in elsewhere, by its id, or without one all others: they need the password again. */
  endSignIns(id?: string | undefined): Promise<Result<undefined, SignInsRefusal>>;
  /**
   * Brings an account back into an empty browser, as a new device that replaces the old one: identity, contacts, cards and
   * settings, without messages.
   */
  recover(account: {
    readonly login: string;
    readonly password: string;
    /** The twelve words of the recovery key. */
    readonly words: string;
    readonly keep: boolean;
  }): Promise<Result<undefined, RecoverRefusal>>;
  /**
   * Goes on in a browser whose connection is "restored" or "damaged": as a new device that replaces the one before, with the messages
   * that are here.
   */
  comeBackHere(password: string): Promise<Result<undefined, ComeBackRefusal>>;
  /** The twelve words of this account's recovery key. */
  recoveryWords(): Promise<string>;
  /** The person has kept the words: they wrote two of them back. */
  confirmRecovery(): Promise<void>;
  changePassword(before: string, after: string): Promise<Result<undefined, PasswordChangeRefusal>>;
  /** Deletes the account at the relay, then everything in this browser. */
  deleteAccount(password: string): Promise<Result<undefined, DeletionRefusal>>;
  /** Deletes everything in this browser, the keys included: nobody can bring them back. */
  eraseDevice(): Promise<void>;
  setKept(password: string, keep: boolean): Promise<Result<undefined, "wrong-password">>;
  /** Asks the browser not to clear what is here by itself. It may ask the person. False: it does not promise. */
  persistStorage(): Promise<boolean>;
  updateSettings(changes: Partial<Settings>): Promise<void>;
  /**
   * Somebody is at the screen. In locked mode a device where nobody is locks by itself, and one that slept locks when it
   * wakes, before this counts.
   */
  noteActivity(): Promise<void>;
  rename(name: string): Promise<void>;

  /** `lastsMs`: how long it works; `undefined` is until it is revoked. */
  createCard(card: {
    readonly label: string;
    readonly isOnce: boolean;
    readonly lastsMs?: number | undefined;
  }): Promise<CardView>;
  revokeCard(card: CardId): Promise<void>;
  /** Reads a link without using it. */
  previewCard(link: string): Promise<Result<CardPreview, AddRefusal>>;
  /** Adds the person behind a link; an existing contact is answered as it is. `by`: how the link came. */
  addContact(link: string, by: "link" | "qr"): Promise<Result<ContactId, AddRefusal>>;

  accept(contact: ContactId): Promise<void>;
  ignore(contact: ContactId): Promise<void>;
  block(contact: ContactId): Promise<void>;
  unblock(contact: ContactId): Promise<void>;
  /** Whether this contact may connect directly, whatever the settings say; "default" as they say. */
  setDirect(contact: ContactId, choice: DirectChoice): Promise<void>;
  renameContact(contact: ContactId, name: string): Promise<void>;
  safetyNumber(contact: ContactId): Promise<SafetyNumber>;
  /** True marks the contact verified. */
  checkScannedNumber(contact: ContactId, scanned: Bytes): Promise<boolean>;
  /**
   * The person compared these 60 digits with the other side's: verifies the key that they are of, and ends a hold for it.
   * False where that is no longer the key in question.
   */
  confirmDigits(contact: ContactId, digits: string): Promise<boolean>;
  setVerified(contact: ContactId, isVerified: boolean): Promise<void>;
  /** Ends a hold by asking the relay once more; another key than the known one holds again. */
  tryAgain(contact: ContactId): Promise<void>;
  /** Ends a hold: go on with the key that the relay gives now, unverified. */
  acceptNewKey(contact: ContactId): Promise<void>;

  /** Durable when it resolves. `id`: a new one (message-id.ts), of whoever shows the text before it is there. */
  sendText(
    contact: ContactId,
    text: string,
    replyTo?: MessageId | undefined,
    id?: MessageId | undefined,
  ): Promise<Result<MessageId, "too-long">>;
  /** How a file of so many bytes would go: also by the relay, only directly, or not at all. Asks the relay what it takes. */
  wayOfFile(bytes: number): Promise<"relay" | "direct" | "none">;
  /**
   * Leaves a file for a contact, and then the message that names it; or tells of it, and they fetch it from here. The
   * shelf's bytes are the client's from now on.
   */
  sendFile(
    contact: ContactId,
    file: NewFile,
    caption: string,
    replyTo?: MessageId | undefined,
  ): Promise<Result<MessageId, SendFileRefusal>>;
  /** Fetches a file, or goes on with one that was paused or has failed. Named by its `shelf`. */
  startFile(shelf: string): Promise<void>;
  pauseFile(shelf: string): Promise<void>;
  /** Takes back a message whose file has not left yet, or a file that is fetched from here; ends a download and gives its room back. */
  cancelFile(shelf: string): Promise<void>;
  /** A message that failed or expired, once more. */
  retry(contact: ContactId, message: MessageId): Promise<void>;
  /** Removes a message that failed or expired from this device. */
  discard(contact: ContactId, message: MessageId): Promise<void>;
  saveDraft(contact: ContactId, text: string): Promise<void>;
  setTyping(contact: ContactId, isTyping: boolean): Promise<void>;
  /** Fixes the unread divider and marks what is there as read, from now on until `closeConversation`. */
  openConversation(contact: ContactId): Promise<void>;
  closeConversation(contact: ContactId): Promise<void>;
  /** Asks for the microphone, then rings. What becomes of it is in the view "call". */
  startCall(contact: ContactId, isVideo: boolean): Promise<Result<undefined, CallRefusal>>;
  /** Takes the call that rings. Nothing is recorded, sent or played before this. */
  acceptCall(isVideo: boolean): Promise<void>;
  declineCall(): Promise<void>;
  hangUp(): Promise<void>;
  /** Turns on and off what this device sends. A screen is asked for by a preset: sharp text, or smooth motion. */
  setSending(sources: CallSources): Promise<void>;
  /** Another device was picked: takes it from now on. */
  renewCapture(source: "microphone" | "camera"): Promise<void>;
  /** The code on the other screen is the same: once both say so the contact is verified. Another one ends the call. */
  confirmCallCode(isSame: boolean): Promise<void>;
  /** Puts away a call that has ended. */
  dismissCall(): Promise<void>;
  /** Tries the relay at once instead of waiting for the next attempt; asks it for the time where clocks disagree. */
  reconnect(): Promise<void>;
};
