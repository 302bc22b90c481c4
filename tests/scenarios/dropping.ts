import { toHex } from "@tacit/shared/bytes";
import { ok } from "@tacit/shared/result";
import { type Content, decodeContent } from "@tacit/shared/wire/content";
import type { Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Relay } from "@tacit/web/core/ports/relay";

/** A relay that says "ok" to what one person posts, and drops some of it. It is told which, as no relay could know. */
export class Dropping {
  /** Everything that was posted, in order. */
  readonly posted: Content[] = [];
  drops: (content: Content) => boolean = () => false;
  /** Of what it drops it says so for these. */
  refuses: (content: Content) => boolean = () => false;
  /** What was dropped is posted after all. */
  release: () => Promise<void> = async () => undefined;
  readonly #contents = new Map<string, Content>();

  readonly disturbKeys = (keyholder: Keyholder): Keyholder => ({
    ...keyholder,
    encrypt: async (request) => {
      const encrypted = await keyholder.encrypt(request);
      for (const [at, sealed] of (encrypted.ok ? encrypted.value.sealed : []).entries()) {
        const content = decodeContent(request.contents[at] ?? new Uint8Array(0));
        if (content.ok && content.value.body.type !== "newer")
          this.#contents.set(toHex(sealed), content.value as Content);
      }
      return encrypted;
    },
  });

  readonly disturb = (relay: Relay): Relay => ({
    ...relay,
    post: async (posts) => {
      const kept = posts.filter((post) => !this.#isDropped(post));
      const dropped = posts.filter((post) => !kept.includes(post));
      const before = this.release;
      this.release = async () => {
        await before();
        if (dropped.length > 0) await relay.post(dropped);
      };
      const answers = kept.length === 0 ? ok([]) : await relay.post(kept);
      if (!answers.ok) return answers;
      const left = [...answers.value];
      return ok(
        posts.map((post): PostAnswer => {
          if (kept.includes(post)) return left.shift() ?? { status: "retry" };
          const content = this.#contentOf(post);
          return { status: content !== undefined && this.refuses(content) ? "malformed" : "ok" };
        }),
      );
    },
  });

  /** Drops these texts the first time that they leave. */
  dropOnce(...texts: readonly string[]): void {
    const left = new Set(texts);
    this.drops = ({ body }) => body.type === "text" && left.delete(body.text);
  }

  count(type: Content["body"]["type"]): number {
    return this.posted.filter(({ body }) => body.type === type).length;
  }

  #contentOf({ envelopes }: Post): Content | undefined {
    return this.#contents.get(toHex(envelopes[0]?.sealed ?? new Uint8Array(0)));
  }

  #isDropped(post: Post): boolean {
    const content = this.#contentOf(post);
    if (content === undefined || post.lane !== "durable") return false;
    if (!this.posted.includes(content)) this.posted.push(content);
    return this.refuses(content) || this.drops(content);
  }
}
