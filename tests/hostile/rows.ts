/** A test somewhere else that shows a row, by its file and its name. */
export type Shown = { readonly file: string; readonly title: string };
/** One row of the table of attacks that have broken messengers, with what must be seen. */
export type Row = {
  readonly id: string;
  readonly passes: string;
  /** Besides the tests of this folder whose names begin with the id. */
  readonly shown?: readonly Shown[];
  /** A part that waits for something that is not built. */
  readonly waits?: string;
};

const at = (file: string, title: string): Shown => ({ file, title });
const scenario = (name: string, title: string) => at(`tests/scenarios/${name}.test.ts`, title);
const unit = (path: string, title: string) => at(`${path}.test.ts`, title);
const screen = (name: string, title: string) => at(`tests/e2e/${name}.spec.ts`, title);

const MD_4 = "MD-4: receipts leave together, one to three seconds later, and no two times alike";

export const ROWS: readonly Row[] = [
  {
    id: "AR-1",
    passes: "a device that the relay adds gets nothing",
    waits: "the log of keys that everybody can check: its proof has to fail as well",
  },
  { id: "AR-2", passes: "a roster that its admins did not sign is refused", waits: "groups" },
  { id: "AR-3", passes: "a value of one kind is refused where another is expected" },
  { id: "AR-4", passes: "each type of content counts in its own channel only" },
  {
    id: "AR-5",
    passes: "nothing that was moved, swapped or replaced is taken for something else, and what was dropped is missed",
    shown: [
      unit("crypto/src/sealed-sender", "an envelope for Bob is closed to Mallory"),
      scenario("missing", "messages that the relay drops are asked for once, and come to where they belong"),
      scenario("missing", "what does not come again is said to be missing, in its place, until it comes after all"),
      unit("web/core/places", "a sender who lies about numbers makes one gap at a time, and few in all"),
    ],
  },
  {
    id: "AR-6",
    passes: "what is replayed is shown once and begins nothing",
    shown: [
      scenario("healing", "what a relay delivers again and again is shown once"),
      scenario("hostile-answers", "old envelopes that come again under other ids leave no trace"),
      unit("crypto/src/session", "a replay of a last-resort key's first message is refused"),
    ],
  },
  {
    id: "AR-7",
    passes: "keys of small order are refused wherever a key comes from outside",
    shown: [
      unit("crypto/src/sealed-sender", "a small-order key in the envelope is forged, and nothing is sealed for one"),
      at("tests/interop/session-bundles.test.ts", "a bundle with %s is refused: %s"),
      at("tests/interop/session-refusals.test.ts", "a first message %s is refused: %s"),
    ],
  },
  {
    id: "AR-8",
    passes: "asking for keys uses up neither those of contacts nor tells of them",
    shown: [
      unit("server/src/prekeys/bundles", "strangers leave twenty one-time keys to contacts"),
      unit("server/src/prekeys/bundles", "the answer is equally long with one-time keys and without"),
      unit(
        "server/src/prekeys/bundles",
        "two askers never get the same one-time key, and the last resort is for when none is left",
      ),
    ],
  },
  {
    id: "AR-9",
    passes: "a swapped key holds everything until the person decides",
    shown: [
      scenario("hostile-keys", "a swapped identity key holds everything: nothing is sent until the person decides"),
      scenario("hostile-keys", "a person may go on with a new key: it is another identity, unverified"),
    ],
    waits: "the log of keys, for a key that is swapped before anybody compared it",
  },
  {
    id: "AR-10",
    passes: "comparing finds somebody in between, and no packet fells a device",
    shown: [
      scenario("calls", "a code that differs ends the call and verifies nobody"),
      unit("crypto/src/fingerprint", "one's own code, and that of somebody in between, do not match"),
    ],
  },
  {
    id: "AR-11",
    passes: "nobody marks, or takes back, what was not to them",
    shown: [
      scenario("hostile-peers", "a receipt for messages that were not sent to its author changes nothing"),
      scenario("hostile-peers", "whoever holds another key now does not get what was sent to the one before"),
    ],
    waits: "editing, reacting and deleting for everybody",
  },
  {
    id: "AR-12",
    passes: "a file that was swapped, cut, extended or reordered is refused before it is decrypted",
    shown: [
      unit(
        "crypto/src/file",
        "a chunk that was damaged, cut, extended, or put in another place is refused before it is decrypted",
      ),
      scenario("files", "what a hostile relay damages, swaps or cuts is refused, and nothing of it is kept or shown"),
    ],
  },
  {
    id: "AR-13",
    passes: "the same for each chunk, and a page that calls itself a picture is not shown",
    shown: [
      unit(
        "crypto/src/file",
        "a list that was damaged, cut, reordered, or is of another file or another length is refused",
      ),
      screen("files", "what says that it is a picture and is a page, is not shown"),
    ],
  },
  { id: "AR-14", passes: "sizes fall in buckets, and nothing is the same twice", waits: "backups of history" },
  { id: "AR-15", passes: "nonsense gets no receipts" },
  { id: "AR-16", passes: "receipts do not answer at once", shown: [at("tests/hostile/metadata.test.ts", MD_4)] },
  {
    id: "AR-17",
    passes: "a cloned device is found out, and sessions are not begun anew without end",
    shown: [
      scenario("healing", "a device restored from a copy is refused by the relay and sends nothing"),
      scenario("older-copy", "the device that the copy was made of is signed out by it"),
    ],
  },
  {
    id: "AR-18",
    passes: "what was verified is used, not what lies there afterwards",
    shown: [
      scenario(
        "hostile-answers",
        "a scanned number verifies the key that was scanned, whatever the relay answers meanwhile",
      ),
    ],
  },
  {
    id: "AR-19",
    passes: "any flipped bit and any cut is refused, and the session is as it was",
    shown: [
      unit("crypto/src/sealed-sender", "an envelope with any one bit changed is refused"),
      unit("crypto/src/sealed-sender", "an envelope cut short anywhere is refused"),
      at("tests/interop/session-flips.test.ts", "%s writes to %s: a later message with any one bit flipped is refused"),
    ],
  },
  {
    id: "AR-20",
    passes: "2,000 messages back are read, 25,001 ahead are refused",
    shown: [
      at(
        "tests/interop/session-jumps.test.ts",
        "from %s to %s: 2,000 messages back is read, one more is not, 25,000 ahead is the end",
      ),
    ],
  },
  {
    id: "CS-1",
    passes: "a copied profile is closed, or found out by its epoch",
    shown: [
      scenario("device", "nothing of a conversation lies on the disk in clear, and nothing of it is read while locked"),
      scenario(
        "older-copy",
        "an older copy goes on as a new device by the password: its messages stay, and no old session is used",
      ),
      screen(
        "device",
        "a word that was sent lies nowhere in clear: not at the relay, not in its log, not in a locked browser",
      ),
    ],
  },
  {
    id: "CS-2",
    passes: "a store that was put back goes on as a new device and never with old sessions",
    shown: [
      scenario("healing", "a device restored from a copy is refused by the relay and sends nothing"),
      screen("storage", "a browser that is put back to an older copy goes on with its messages by the password"),
    ],
  },
  {
    id: "CS-3",
    passes: "several tabs lose and double nothing",
    shown: [
      scenario(
        "two-owners",
        "a message that comes while two clients write to one store is not given up: the next one alone shows it",
      ),
      screen("device", "two tabs of one person both work, and when one closes the other goes on"),
    ],
  },
  {
    id: "CS-4",
    passes: "a client that dies at any point shows everything exactly once",
    shown: [
      scenario("client-crash", "a client that dies at any commit (written: %s) loses no message and shows none twice"),
    ],
  },
  {
    id: "CS-5",
    passes: "a device without room acknowledges nothing, loses nothing, and goes on when there is room",
    shown: [
      scenario("device", "a device that cannot store takes nothing from the relay, and everything once it can"),
      scenario(
        "storage",
        "a device that is nearly full sends nothing and collects nothing, and goes on by itself when there is room",
      ),
      screen(
        "storage",
        "a device that is nearly full says so and sends nothing, and goes on by itself when there is room",
      ),
      screen(
        "storage",
        "a browser that refuses to store keeps the words and takes nothing from the relay, until there is room",
      ),
    ],
  },
  {
    id: "CS-6",
    passes: "clocks that are wrong change no order and lose nothing",
    shown: [
      scenario("clock", "nothing is lost between two people while one of their clocks is a hundred days off"),
      scenario("clock", "a clock that jumps a year ahead makes no message expire"),
    ],
  },
  {
    id: "CS-7",
    passes: "no text, name, file name or link runs script or becomes markup",
    shown: [
      unit(
        "web/ui/conversation/markdown/parse-message",
        "HTML, headings, images, labelled links and entities stay the text that they are",
      ),
    ],
  },
  { id: "CS-8", passes: "a message that is received makes the browser ask nobody for anything" },
  {
    id: "CA-1",
    passes: "no order of signals records or sends anything before the person here agrees",
    shown: [
      unit(
        "web/core/calls/call-table",
        "no order of events makes media flow, or records anything, before the person here has agreed",
      ),
      scenario(
        "calls",
        "a caller who says accept, offers anew and turns things on takes no call for the one who is rung",
      ),
    ],
  },
  {
    id: "CA-2",
    passes: "another certificate than the one that was agreed on is not connected",
    shown: [
      scenario("calls", "a callee who names another certificate once the caller's nonce is known is not connected"),
      unit("web/core/calls/code", "any other key, certificate or nonce of either end is another code"),
    ],
  },
  {
    id: "CA-3",
    passes: "no address leaves before a contact is accepted and a call is taken",
    shown: [
      scenario(
        "calls",
        "until the call is taken nothing is recorded at the callee, nothing is sent or played, and no address leaves",
      ),
      scenario("calls", "a stranger rings nobody"),
      scenario("links", "nobody links with a stranger, whatever is on their screens"),
    ],
  },
  {
    id: "RR-1",
    passes: "no frame stops the relay, or keeps it from the others",
    shown: [
      unit(
        "server/src/sockets/parser",
        "any change to a frame gives a packet of ours or an error, and never anything else",
      ),
      unit("server/src/sockets/planes", "whoever leaves a plane loses the connection too"),
      unit("server/src/sockets/parser", "a frame that promises arrays of millions within each other costs nothing"),
    ],
  },
  {
    id: "RR-2",
    passes: "what is too large, too slow or too much is cut off",
    shown: [
      unit("server/src/sockets/planes", "a frame over the limit ends the connection, one below does not"),
      unit("server/src/sockets/planes", "one visitor opens so many connections and no more"),
      unit(
        "server/src/sockets/unread",
        "where messages that are not whole take too much together, those with the most of them go first",
      ),
      unit("server/src/sockets/unsent", "whoever posts nonsense without end and reads no answer is cut off"),
    ],
  },
  {
    id: "RR-3",
    passes: "what was acknowledged is there after SIGKILL, once",
    shown: [
      scenario("relay-crash", "a relay killed in mid-conversation, six times, loses nothing and doubles nothing"),
    ],
  },
  {
    id: "RR-4",
    passes: "a disk that is full, read-only or failing is said, and nothing is acknowledged that is not on it",
    shown: [
      unit(
        "server/src/mailbox/mailboxes",
        "a disk that is full answers retry, and the same post is ok when there is room again",
      ),
      unit(
        "server/src/blobs/full-disk",
        "a disk that is full in the middle of an upload is said, and keeps nothing of it",
      ),
      unit(
        "server/src/blobs/full-disk",
        "what the disk failed to keep of an upload is not gone on with: it is begun anew",
      ),
      unit(
        "server/src/db/group-commit",
        "a disk that refuses is tried once for all who wait, also with work that only reads, and said once",
      ),
    ],
  },
  {
    id: "RR-5",
    passes: "no path leads outside",
    shown: [unit("server/src/blobs/blobs", "no path but a blob's own leads anywhere")],
  },
  {
    id: "RR-6",
    passes: "a page of another origin gets no connection and no answer",
    shown: [
      unit("server/src/sockets/planes", "a page of another origin gets no websocket; this relay's own page does"),
      unit(
        "server/src/http/edge",
        "a page of another origin gets no answer, and no answer allows another origin to read it",
      ),
    ],
  },
  {
    id: "RR-7",
    passes: "a name that nobody has is answered like one that somebody has",
    shown: [
      unit(
        "server/src/accounts/login",
        "a name that nobody has gets an answer of the same form, and no password is right for it",
      ),
    ],
  },
  {
    id: "RR-8",
    passes: "how long an answer takes says nothing of a name",
    waits: "a quiet machine: npm run bench:timing measures it",
  },
  {
    id: "RR-9",
    passes: "guessing is slowed down, and the owner still signs in",
    shown: [
      unit(
        "server/src/accounts/login",
        "guessing at one name is slowed down, also for a name that nobody has; another name is free",
      ),
      unit("server/src/accounts/login", "one visitor guesses at few names"),
    ],
  },
  { id: "MD-1", passes: "a seized disk shows no address, no word and no graph" },
  {
    id: "MD-2",
    passes: "what a live operator learns from times is measured",
    waits: "nothing: npm run bench:metadata measures it, and it is reported, not promised",
  },
  {
    id: "MD-3",
    passes: "only the sizes of buckets are on the wire",
    shown: [
      unit(
        "crypto/src/sealed-sender",
        "the size of an envelope tells the bucket and nothing else, on both sides of every edge",
      ),
    ],
  },
  { id: "MD-4", passes: "receipts leave together, some seconds later, never the same ones" },
  {
    id: "MD-5",
    passes: "no line of the log says who, where from, or which mailbox",
    shown: [unit("server/src/secrecy", "no log line at any level says who, where from, or which mailbox")],
  },
];
