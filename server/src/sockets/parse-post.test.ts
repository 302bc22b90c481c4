import { inspect } from "node:util";
import { CollectedIds } from "@tacit/shared/events";
import { ENVELOPE_BUCKETS_BYTES, MAX_COLLECTED_PER_CALL, MAX_DEVICES } from "@tacit/shared/limits";
import { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { parseCollected, parsePost } from "./parse-post.ts";

const [bucket = 0] = ENVELOPE_BUCKETS_BYTES;
const envelope = { deviceId: 1, registrationId: 7, id: Buffer.alloc(16, 1), sealed: Buffer.alloc(bucket, 2) };
const post = { key: Buffer.alloc(32, 3), lane: "durable", envelopes: [envelope] };
/** Of every kind that a decoder gives, and at every edge. */
const values: readonly unknown[] = [
  ...[undefined, null, true, "", "durable", "live", "ring", "Ring", [], {}, new Map(), new Date(0)],
  ...[0, -1, 1, 1.5, 127, 128, 16_380, 16_381, Number.NaN, Number.POSITIVE_INFINITY, 1n],
  ...[0, 15, 16, 17, 31, 32, 33, bucket - 1, bucket, bucket + 1].map((length) => new Uint8Array(length)),
  ...[16, 32, bucket].flatMap((length) => [
    new ArrayBuffer(length),
    Buffer.alloc(length),
    new DataView(new ArrayBuffer(length)),
  ]),
  ...ENVELOPE_BUCKETS_BYTES.map((length) => Buffer.alloc(length)),
  ...[[envelope], [envelope, envelope], Array.from({ length: MAX_DEVICES + 1 }, () => envelope), [undefined], [post]],
];

/** `value` with each of its fields left out, renamed and of every other kind, and with one field more. */
function* variantsOf(value: Readonly<Record<string, unknown>>): Generator<unknown> {
  yield value;
  yield { ...value, more: 1 };
  yield { ...value, more: undefined };
  for (const [name, field] of Object.entries(value)) {
    const { [name]: _, ...rest } = value;
    yield rest;
    yield { ...rest, [`${name}s`]: field };
    for (const other of values) yield { ...value, [name]: other };
  }
}

test("a post is taken and refused as its schema says", () => {
  const posts = [
    ...values,
    ...variantsOf(post),
    ...[...variantsOf(envelope)].map((each) => ({ ...post, envelopes: [each] })),
  ];
  const verdicts = new Set<boolean>();
  for (const each of posts) {
    const parsed = Post.safeParse(each);
    const ours = parsePost(each);
    expect(ours !== undefined, inspect(each)).toBe(parsed.success);
    if (ours !== undefined) expect(Post.parse(ours)).toEqual(parsed.data);
    verdicts.add(parsed.success);
  }
  expect(verdicts).toEqual(new Set([true, false]));
});

test("what was collected is taken and refused as its schema says", () => {
  const id = Buffer.alloc(16, 1);
  const many = (length: number) => Array.from({ length }, () => id);
  const lists = [
    ...values,
    ...values.map((each) => [id, each]),
    many(MAX_COLLECTED_PER_CALL),
    many(MAX_COLLECTED_PER_CALL + 1),
  ];
  for (const each of lists) {
    const parsed = CollectedIds.safeParse(each);
    const ours = parseCollected(each);
    expect(ours !== undefined, inspect(each)).toBe(parsed.success);
    if (ours !== undefined) expect(CollectedIds.parse(ours)).toEqual(parsed.data);
  }
});
