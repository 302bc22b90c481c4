import type { Envelope, Post } from "@tacit/shared/wire/envelopes";
import type { MailboxEvents, Relay } from "@tacit/web/core/ports";

/** What a hostile relay holds of one device: all that came for it, and the way to say anything to it. */
export class Grip {
  readonly delivered: Envelope[] = [];
  readonly posted: Post[] = [];
  /** Instead of each page, what comes of it. */
  onPage: (page: readonly Envelope[]) => readonly Envelope[] = (page) => page;
  /** Instead of each batch of posts, what reaches the relay. */
  onPosts: (posts: readonly Post[]) => readonly Post[] = (posts) => posts;
  #events: MailboxEvents | undefined;

  readonly over = (relay: Relay): Relay => ({
    ...relay,
    connect: (hello, events) => {
      this.#events = events;
      return relay.connect(hello, {
        ...events,
        envelopes: (page) => {
          this.delivered.push(...page);
          events.envelopes(this.onPage(page));
        },
      });
    },
    post: (posts) => {
      this.posted.push(...posts);
      return relay.post(this.onPosts(posts));
    },
  });

  /** Says to the device what no honest relay would. */
  say(...envelopes: readonly Envelope[]): void {
    this.#events?.envelopes(envelopes);
  }
}
