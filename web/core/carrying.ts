import { ok, type Result } from "@tacit/shared/result";
import type { Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { Relay } from "./ports/relay.ts";
import type { ContactId, MessagePath } from "./views.ts";

/** What became of one post, and which way it went. */
export type Carried = { readonly answer: PostAnswer; readonly path: MessagePath };

/** How envelopes get to a contact. */
export type Carrier = {
  /** Answers in the order of the posts. "unreachable" leaves open which of them arrived. */
  carry(contact: ContactId, posts: readonly Post[]): Promise<Result<readonly Carried[], "unreachable">>;
  /** Whether there is a way past the relay to every device of the contact. */
  isLinked(contact: ContactId): boolean;
  /** That way as a person is told of it: relayed means through TURN. */
  show(contact: ContactId): "direct" | "relayed" | undefined;
};

/** Everything through the mailbox. */
export function byMailbox(relay: Relay): Carrier {
  return {
    async carry(_, posts) {
      const answers = await relay.post(posts);
      return answers.ok ? ok(answers.value.map((answer) => ({ answer, path: "relay" }))) : answers;
    },
    isLinked: () => false,
    show: () => undefined,
  };
}
