import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId, MessageId, RelayOrigin } from "@tacit/shared/ids";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@tacit/shared/limits";
import type {
  CardView,
  ContactDetails,
  ContactId,
  ConversationRow,
  FileProgress,
  Mark,
  MessageRow,
  NoticeKind,
} from "@tacit/web/core/views";

export type FakeContact = {
  details: ContactDetails;
  rows: MessageRow[];
  unread: number;
};

export const RELAY = "https://chat.example.org" as RelayOrigin;

/** A few people and what was said, so that every state of a conversation is there to see. */
export function tellStory(nowMs: number): FakeContact[] {
  const alex = person("alex", "Alex Moreau", nowMs, { verifiedAtMs: nowMs - 20 * DAY_MS, origin: { by: "qr" } });
  alex.rows = [
    notice("accepted", nowMs - 21 * DAY_MS),
    theirs("Made it home. The last train was **empty**, which never happens.", nowMs - 3 * DAY_MS - 3 * HOUR_MS),
    mine("Lucky! Mine stood in a field for an hour", nowMs - 3 * DAY_MS - 3 * HOUR_MS + 2 * MINUTE_MS, "read"),
    theirs("in a field", nowMs - 3 * DAY_MS - 3 * HOUR_MS + 3 * MINUTE_MS),
    theirs("of course it did", nowMs - 3 * DAY_MS - 3 * HOUR_MS + 3 * MINUTE_MS + 9_000),
    notice("verified", nowMs - 2 * DAY_MS - 5 * HOUR_MS),
    theirs(
      "Here is the list for Saturday:\n\n- tent (the *big* one)\n- stove, and the gas this time\n- https://maps.example.org/lake?view=north\n\n> bring socks\n\nI bring the ~~wine~~ water.",
      nowMs - DAY_MS - 2 * HOUR_MS,
    ),
    mine(
      "The stove starts with\n```sh\nopen valve --slowly\nstrike match\n```\nand `never` the other way round.",
      nowMs - DAY_MS - HOUR_MS,
      "read",
    ),
    theirs("Good to know. When do we leave?", nowMs - 50 * MINUTE_MS),
  ];
  const question = alex.rows.at(-1);
  alex.rows.push(
    mine(
      "Eight? I can be at yours by then.",
      nowMs - 44 * MINUTE_MS,
      "read",
      question?.kind === "text" ? question : undefined,
    ),
    mine("Seven if we want the good spot by the water", nowMs - 43 * MINUTE_MS, "delivered"),
    theirs("Seven. I will regret this, but seven.", nowMs - 12 * MINUTE_MS),
    mine("Coffee is on me", nowMs - 11 * MINUTE_MS, "delivered"),
    mine("And the bread", nowMs - 10 * MINUTE_MS, "sent"),
  );

  const bea = person("bea", "Bea Lindqvist", nowMs, { draft: "Did you find the" });
  bea.rows = longTalk(420, nowMs - 30 * MINUTE_MS);
  bea.unread = 3;

  const chiara = person("chiara", "Chiara", nowMs, { status: "request", origin: { by: "card", card: "Book club" } });
  chiara.rows = [
    theirs("Hello! We met at the book club on Tuesday, I am the one with the red notebook.", nowMs - 3 * HOUR_MS),
  ];
  chiara.unread = 1;

  const dmitri = person("dmitri", "Dmitri Sokolov", nowMs, {
    hold: { atMs: nowMs - HOUR_MS, wasVerified: true },
    verifiedAtMs: undefined,
  });
  dmitri.rows = [
    mine("Signed papers are in the blue folder", nowMs - 2 * DAY_MS, "read"),
    theirs("Thank you, I will collect them", nowMs - 2 * DAY_MS + MINUTE_MS),
    notice("key-changed", nowMs - HOUR_MS),
    mine("Is that you? You have a new key", nowMs - 40 * MINUTE_MS, "waiting"),
  ];

  const layla = person("layla", "ليلى حداد", nowMs, {});
  layla.rows = [
    mine("Are you in town again?", nowMs - 34 * DAY_MS, "expired"),
    theirs("مرحبا! هل نلتقي غدًا عند الساعة 10؟", nowMs - 5 * DAY_MS),
    mine("نعم، إلى اللقاء", nowMs - 5 * DAY_MS + MINUTE_MS, "read"),
    { kind: "missing", key: "layla-m1", atMs: nowMs - 5 * DAY_MS + 2 * MINUTE_MS, count: 1 },
    { kind: "unreadable", key: "layla-u1", atMs: nowMs - 4 * DAY_MS, isAsked: true },
    { kind: "damaged", key: "layla-d1", atMs: nowMs - 4 * DAY_MS },
    { kind: "newer", key: "layla-n1", atMs: nowMs - 4 * DAY_MS + MINUTE_MS },
    notice("session-reset", nowMs - 4 * DAY_MS + 2 * MINUTE_MS),
    failed("See you at the station", nowMs - 4 * DAY_MS + 5 * MINUTE_MS),
  ];

  const elise = person("elise", "Élise van der Westhuizen-Papadopoulos the Younger", nowMs, {
    status: "invited",
    origin: { by: "link" },
  });
  const fred = person("fred", "Fred", nowMs, { status: "ignored", origin: { by: "unknown-card" } });
  fred.rows = [theirs("buy my coins", nowMs - 9 * DAY_MS)];
  const noor = person("noor", "Noor", nowMs, {});
  noor.rows = fileRows(nowMs);
  return [alex, bea, chiara, dmitri, layla, elise, fred, noor];
}

export function fakeCards(nowMs: number): CardView[] {
  return [
    card("card-1", "Book club", false, nowMs - 20 * DAY_MS, undefined, false),
    card("card-2", "Uncle Tom", true, nowMs - 2 * DAY_MS, nowMs + 12 * DAY_MS, false),
    { ...card("card-4", "Market stall", false, nowMs - 9 * DAY_MS, nowMs - 2 * DAY_MS, false), isOver: true },
    card("card-3", "Alex", true, nowMs - 22 * DAY_MS, nowMs - 8 * DAY_MS, true),
  ];
}

export function card(
  id: string,
  label: string,
  isOnce: boolean,
  createdAtMs: number,
  expiresAtMs: number | undefined,
  isUsed: boolean,
): CardView {
  const link = `${location.origin}${location.pathname}#/add/${id}.gR2pGv0zq0xkP0yBqjSGc1mGcZmJgQ0qR8vTn5bXw1Lk7dYfHsAeUoWiTzPcNjMrVb`;
  return { id, label, isOnce, link, qr: link, createdAtMs, expiresAtMs, isUsed, isOver: false };
}

export function safetyNumberOf(contact: string): { readonly digits: string; readonly scannable: Bytes } {
  const digits = Array.from({ length: 60 }, (_, at) =>
    ((at * 7 + contact.length * 3 + (at >> 2)) % 10).toString(),
  ).join("");
  return { digits, scannable: new TextEncoder().encode(`fake ${contact}`) };
}

let keys = 0;

export function mine(
  text: string,
  atMs: number,
  mark: Mark,
  replyTo?: Extract<MessageRow, { kind: "text" }>,
): MessageRow {
  return textRow(text, atMs, true, mark, replyTo);
}

export function theirs(text: string, atMs: number): MessageRow {
  return textRow(text, atMs, false, undefined);
}

export function notice(kind: NoticeKind, atMs: number): MessageRow {
  return { kind: "notice", key: `n${++keys}`, atMs, notice: kind };
}

/** Every state of a file that is not here as a whole. */
function fileRows(nowMs: number): MessageRow[] {
  const at = { doneBytes: 2_140_000_000, bytesPerSecond: undefined, failure: undefined } as const;
  const up = { ...at, way: "up" } as const;
  const down = { ...at, way: "down" } as const;
  const states: readonly (readonly [string, FileProgress])[] = [
    ["film-directly.mp4", { ...up, state: "moving", bytesPerSecond: 11_400_000, by: "direct" }],
    ["film-by-turn.mp4", { ...up, state: "moving", bytesPerSecond: 2_300_000, by: "relayed" }],
    ["film-offered.mp4", { ...up, doneBytes: 0, state: "offered", by: "direct" }],
    ["film-nowhere.mp4", { ...up, doneBytes: 0, state: "offered", by: "nowhere" }],
    ["film-taken-back.mp4", { ...up, state: "failed", failure: "withdrawn", by: "direct" }],
    ["film-paused.mp4", { ...down, state: "paused", by: "direct" }],
    ["film-to-fetch.mp4", { state: "absent", expiresAtMs: undefined, by: "direct" }],
    ["film-coming.mp4", { ...down, state: "moving", bytesPerSecond: 9_700_000, by: "direct" }],
    ["film-away.mp4", { ...down, state: "waiting", by: "direct" }],
    ["film-held.mp4", { ...down, state: "held", by: "direct" }],
    ["film-withdrawn.mp4", { ...down, state: "failed", failure: "withdrawn", by: "direct" }],
    ["film-no-room.mp4", { ...down, state: "failed", failure: "device-full", by: "direct" }],
  ];
  return states.map(([name, progress], n) => {
    const isMine = "way" in progress && progress.way === "up";
    const row = textRow("", nowMs - (states.length - n) * MINUTE_MS, isMine, isMine ? "delivered" : undefined);
    const [id, key, root] = [new Uint8Array(16), new Uint8Array(32), new Uint8Array(32)];
    const film = { width: undefined, height: undefined, thumbnail: undefined, durationMs: undefined } as const;
    const file = { shelf: name, id, key, root, size: 5_000_000_000, name, mediaType: "video/mp4", ...film, progress };
    return row.kind === "text" ? { ...row, file } : row;
  });
}

function failed(text: string, atMs: number): MessageRow {
  const row = textRow(text, atMs, true, "failed");
  return row.kind === "text" ? { ...row, failure: "gone" } : row;
}

function textRow(
  text: string,
  atMs: number,
  isMine: boolean,
  mark: Mark | undefined,
  replyTo?: Extract<MessageRow, { kind: "text" }>,
): MessageRow {
  const id = `m${++keys}` as MessageId;
  return {
    kind: "text",
    key: id,
    id,
    isMine,
    text,
    atMs,
    replyTo: replyTo && { id: replyTo.id, text: replyTo.text, isMine: replyTo.isMine },
    mark,
    failure: undefined,
    path: "direct",
    deliveredAtMs: mark === "delivered" || mark === "read" ? atMs + 4_000 : undefined,
    readAtMs: mark === "read" ? atMs + MINUTE_MS : undefined,
  };
}

export function person(contact: string, name: string, nowMs: number, changes: Partial<ContactDetails>): FakeContact {
  return {
    details: {
      contact,
      name,
      ownName: name,
      account: `8c1f9a52-6d0e-8b4a-9f33-0000000${contact.length}` as AccountId,
      relay: RELAY,
      status: "accepted",
      origin: { by: "link" },
      verifiedAtMs: undefined,
      hold: undefined,
      addedAtMs: nowMs - 21 * DAY_MS,
      direct: "default",
      link: undefined,
      isTyping: false,
      draft: "",
      ...changes,
    },
    rows: [],
    unread: 0,
  };
}

const LINES = [
  "Did the parcel come?",
  "Not yet. They say tomorrow, but they said that yesterday.",
  "Ha",
  "There is a café opening where the shoe shop was. I walked past it twice and still cannot tell what kind of café it wants to be, but the chairs look good.",
  "ok",
  "Send me a photo of the chairs when photos work",
  "Will do",
  "I finished the book. The ending is strange. Call me once you are there, I need to talk to somebody about the lighthouse.",
];

function longTalk(count: number, endMs: number): MessageRow[] {
  return Array.from({ length: count }, (_, at) => {
    const atMs = endMs - (count - at) * 37 * MINUTE_MS - (at % 2) * 35 * MINUTE_MS;
    const line = LINES[at % LINES.length] ?? "";
    return at % 5 < 2 && at < count - 3 ? mine(line, atMs, "read") : theirs(line, atMs);
  });
}

/** `opened`: the conversation that is on the screen. */
export function rowOf({ details, rows, unread }: FakeContact, opened: ContactId | undefined): ConversationRow {
  const last = rows.at(-1);
  return {
    contact: details.contact,
    name: details.name,
    status: details.status,
    isVerified: details.verifiedAtMs !== undefined,
    isHeld: details.hold !== undefined,
    unread: details.contact === opened ? 0 : unread,
    draft: details.draft === "" ? undefined : details.draft,
    isTyping: details.isTyping,
    last:
      last === undefined
        ? undefined
        : {
            text: last.kind === "text" ? last.text : last.kind === "notice" ? last.notice : "",
            kind: last.kind === "text" || last.kind === "call" ? last.kind : "notice",
            atMs: last.atMs,
            isMine: (last.kind === "text" || last.kind === "call") && last.isMine,
            mark: last.kind === "text" ? last.mark : undefined,
            call: last.kind === "call" ? last : undefined,
          },
    activeAtMs: last?.atMs ?? details.addedAtMs,
  };
}
