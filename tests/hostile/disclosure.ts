import type { AccountId } from "@tacit/shared/ids";
import type { Score } from "./seizure.ts";

/** What a relay sees of one post, whoever sent it: when it came, and for whom. */
export type SeenPost = { readonly atMs: number; readonly to: AccountId };
/** Where an answer is looked for, after a post. */
export type AnswerWindow = { readonly fromMs: number; readonly toMs: number };

/**
 * Statistical disclosure of an operator who watches: whoever gets something right after somebody else did, more often than
 * chance has it, may have got the receipt for it (Martiny et al., "Improving Signal's Sealed Sender", NDSS 2021). Both
 * directions of a pair count, over what is expected of two who do not know each other.
 */
export function discloses(posts: readonly SeenPost[], { fromMs, toMs }: AnswerWindow): Score {
  const times = new Map<AccountId, number[]>();
  for (const { atMs, to } of posts) times.set(to, [...(times.get(to) ?? []), atMs]);
  const all = posts.map(({ atMs }) => atMs);
  const spanMs = Math.max(...all) - Math.min(...all);
  const within = (sorted: readonly number[], from: number, to: number) =>
    sorted.filter((atMs) => atMs > from && atMs <= to).length;
  const excess = (one: readonly number[], other: readonly number[]) => {
    const expected = (one.length * other.length * (toMs - fromMs)) / spanMs;
    const seen = one.reduce((sum, atMs) => sum + within(other, atMs + fromMs, atMs + toMs), 0);
    return { seen, expected };
  };
  return ([a, b]) => {
    const [ofA, ofB] = [times.get(a) ?? [], times.get(b) ?? []];
    const [there, back] = [excess(ofA, ofB), excess(ofB, ofA)];
    const expected = there.expected + back.expected;
    return expected === 0 ? 0 : (there.seen + back.seen - expected) / Math.sqrt(expected);
  };
}
