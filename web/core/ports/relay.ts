import type { BundleAnswer, Ready } from "@tacit/shared/events";
import type { DeviceToken, EnvelopeId, RelayOrigin } from "@tacit/shared/ids";
import type { Result } from "@tacit/shared/result";
import type { AnswerOf, RequestOf, routes } from "@tacit/shared/routes";
import type { Claim, ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import type { Envelope, Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { BundleRequest, PreKeyCount } from "@tacit/shared/wire/prekeys";
import type { Blobs } from "./blobs.ts";

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** "unreachable": no answer, or not an answer of a relay. Nothing is known about what happened. */
export type RelayFailure = RelayRefusal | "unreachable";

export type MailboxEvents = {
  ready(ready: Ready): void;
  /** The next page comes when this one is collected. */
  envelopes(page: readonly Envelope[]): void;
  drained(): void;
  prekeys(count: PreKeyCount): void;
  /** Said once. A refusal means that connecting again in the same way is no use. */
  closed(reason: RelayFailure): void;
};

export type Mailbox = {
  /** Resolves once the relay has deleted them; rejects when the connection ends before. */
  collected(ids: readonly EnvelopeId[]): Promise<void>;
  close(): void;
};

export type Relay = {
  readonly origin: RelayOrigin;
  readonly blobs: Blobs;
  request<Name extends RouteName>(
    name: Name,
    body: RequestOf<Routes[Name]>,
    token?: DeviceToken | undefined,
  ): Promise<Result<AnswerOf<Routes[Name]>, RelayFailure>>;
  /** One connection of the device plane. It never reconnects by itself: each one needs a higher epoch. */
  connect(hello: { readonly token: DeviceToken; readonly epoch: number }, events: MailboxEvents): Mailbox;

  // The delivery plane: without any token, over a connection of its own that closes after 60 s of idleness.

  /** Answers in the order of the posts, each durable; "unreachable" leaves open which of them arrived. */
  post(posts: readonly Post[]): Promise<Result<readonly PostAnswer[], "unreachable">>;
  bundle(request: BundleRequest): Promise<Result<BundleAnswer, "unreachable">>;
  claim(claim: Claim): Promise<Result<ClaimAnswer, "unreachable">>;
  close(): void;
};
