import type { IncomingMessage } from "node:http";
import { type BundleAnswer, DeliveryHello } from "@tacit/shared/events";
import { MAX_POSTS_PER_BATCH, MINUTE_MS } from "@tacit/shared/limits";
import { Claim, type ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import type { PostAnswer } from "@tacit/shared/wire/envelopes";
import { BundleRequest } from "@tacit/shared/wire/prekeys";
import type { Namespace, Socket } from "socket.io";
import type { Log } from "../log.ts";
import type { Mailboxes } from "../mailbox/mailboxes.ts";
import type { Clock } from "../ports.ts";
import type { Bundles } from "../prekeys/bundles.ts";
import { parseHello, refusal } from "./handshake.ts";
import { parsePost } from "./parse-post.ts";

export const DELIVERY_IDLE_MS = MINUTE_MS;

type Untrusted = {
  readonly post: (posts: unknown, answer: unknown) => void;
  readonly bundle: (request: unknown, answer: unknown) => void;
  readonly claim: (claim: unknown, answer: unknown) => void;
};
type Nothing = Record<string, never>;
export type DeliveryPlane = Namespace<Untrusted, Nothing, Nothing, Nothing>;
type DeliverySocket = Socket<Untrusted, Nothing, Nothing, Nothing>;

type Ports = {
  readonly clock: Clock;
  readonly mailboxes: Mailboxes;
  readonly bundles: Bundles;
  readonly claim: (claim: Claim) => Promise<ClaimAnswer>;
  /** Where a connection comes from, as rates count it. */
  readonly visitorOf: (request: IncomingMessage) => string;
  readonly log: Log;
};

const MALFORMED = { status: "malformed" } as const;

/** The anonymous connections: whoever shows a delivery key may post. Closed when nothing was said for a minute. */
export function serveDeliveryPlane(plane: DeliveryPlane, ports: Ports): void {
  plane.use((socket, next) => {
    const parsed = parseHello(DeliveryHello, socket.handshake.auth);
    next("refusal" in parsed ? refusal(parsed.refusal) : undefined);
  });
  plane.on("connection", (socket) => {
    const from = ports.visitorOf(socket.request);
    const used = closeWhenIdle(socket, ports.clock);
    socket.on("error", () => socket.disconnect(true));
    const serve = <Answer>(event: keyof Untrusted, respond: (request: unknown) => Promise<Answer> | undefined) => {
      socket.on(event, (request, answer) => {
        used();
        if (typeof answer !== "function") {
          socket.disconnect(true);
          return;
        }
        const answering = respond(request);
        if (answering === undefined) socket.disconnect(true);
        answering?.then(
          (value) => answer(value),
          (failure) => {
            ports.log("error", "could not answer on the delivery plane", failure);
            socket.disconnect(true);
          },
        );
      });
    };
    serve("post", (posts) => answerPosts(ports.mailboxes, posts));
    serve("bundle", (request) => answerBundle(ports.bundles, request, from));
    serve("claim", async (claim) => {
      const parsed = Claim.safeParse(claim);
      return parsed.success ? ports.claim(parsed.data) : MALFORMED;
    });
  });
}

/** `undefined` for what is no batch at all. A post in it that breaks its schema is answered for itself. */
function answerPosts(mailboxes: Mailboxes, posts: unknown): Promise<readonly PostAnswer[]> | undefined {
  if (!Array.isArray(posts) || posts.length > MAX_POSTS_PER_BATCH) return undefined;
  return Promise.all(
    posts.map((post: unknown) => {
      const parsed = parsePost(post);
      return parsed === undefined ? MALFORMED : mailboxes.post(parsed);
    }),
  );
}

async function answerBundle(bundles: Bundles, request: unknown, from: string): Promise<BundleAnswer> {
  const parsed = BundleRequest.safeParse(request);
  return parsed.success ? bundles.answer(parsed.data, from) : MALFORMED;
}

/** Answers what to call at each use. One timer a connection, set again only when it rings. */
function closeWhenIdle(socket: DeliverySocket, clock: Clock): () => void {
  let usedAtMs = clock.nowMs();
  const wait = (ms: number): (() => void) =>
    clock.after(ms, () => {
      // The clock may have been set back meanwhile.
      usedAtMs = Math.min(usedAtMs, clock.nowMs());
      const restMs = usedAtMs + DELIVERY_IDLE_MS - clock.nowMs();
      if (restMs <= 0) socket.disconnect(true);
      else cancel = wait(restMs);
    });
  let cancel = wait(DELIVERY_IDLE_MS);
  socket.on("disconnect", () => cancel());
  return () => {
    usedAtMs = clock.nowMs();
  };
}
