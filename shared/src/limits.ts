// Every limit that two machines must agree on. docs/PROTOCOL.md §9.

export const KIB = 1024;
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

// Content and envelopes.
export const MAX_CONTENT_BYTES = 56 * KIB;
/** A sealed envelope has exactly one of these sizes. */
export const ENVELOPE_BUCKETS_BYTES = [2, 4, 8, 16, 32, 64].map((size) => size * KIB);
export const MAX_SEALED_BYTES = 64 * KIB;
/** All envelopes of one atomic post. */
export const MAX_POST_BYTES = 384 * KIB;
export const MAX_POSTS_PER_BATCH = 32;
export const MAX_DEVICES = 8;
/** What a relay takes for one account; clients read lists of `MAX_DEVICES`. */
export const MAX_ACCOUNT_DEVICES = 5;
export const MAX_TEXT_CHARACTERS = 16_000;

// Mailbox.
export const ENVELOPE_TTL_MS = 30 * DAY_MS;
export const LIVE_TTL_MS = MINUTE_MS;
export const MAILBOX_PAGE = 100;
export const MAX_COLLECTED_PER_CALL = 500;
export const MAX_MAILBOX_ENVELOPES = 20_000;
export const MAX_MAILBOX_BYTES = 128 * KIB * KIB;
export const MAX_LIVE_ENVELOPES = 500;
export const MAX_LIVE_BYTES = 4 * KIB * KIB;
/** One socket frame: a full batch and its framing. */
export const MAX_FRAME_BYTES = 512 * KIB;
/** In all arrays and maps of one socket frame; a full batch has fewer than 2,600. */
export const MAX_FRAME_VALUES = 4_096;

// Delivery keys.
export const DELIVERY_KEY_BYTES = 32;
export const DELIVERY_KEY_POOL_STEP = 64;
export const MAX_CONTACT_KEYS = 2_048;
export const MAX_CARD_KEYS = 256;
export const CARD_KEY_QUEUE = 20;
export const CARD_KEY_BUNDLES_PER_DAY = 5;
export const CONTACT_KEY_BUNDLES_PER_DAY = 100;
/** Of one account, by whomever they are asked: strangers with cards, and contacts apart from them. */
export const ACCOUNT_CARD_BUNDLES_PER_HOUR = 30;
export const ACCOUNT_CONTACT_BUNDLES_PER_HOUR = 300;
export const CONTACT_KEY_POSTS_PER_DAY = 20_000;
export const CLAIM_TTL_MS = 30 * DAY_MS;

// Prekeys.
export const ONE_TIME_PREKEYS = 100;
/** Below this many the device uploads more. */
export const ONE_TIME_PREKEYS_LOW = 40;
/** Kept back for contact keys. */
export const ONE_TIME_PREKEYS_RESERVED = 20;
export const MAX_ONE_TIME_PREKEYS = 200;
/** Signatures of one account that the relay checks, and uploads without any; contacts and strangers use up 330 keys. */
export const SIGNED_PREKEYS_PER_HOUR = 1_000;
export const SIGNED_PREKEY_ROTATION_MS = 2 * DAY_MS;
/** A replaced signed or last-resort prekey answers late first messages this long. */
export const SIGNED_PREKEY_GRACE_MS = 35 * DAY_MS;
export const BUNDLE_NONCE_TTL_MS = 10 * MINUTE_MS;
/** Every bundle answer is padded to a multiple of this. */
export const BUNDLE_PAD_BYTES = 8 * KIB;

// Recovery vault.
export const MAX_RECOVERY_BYTES = 512 * KIB;
export const RECOVERY_PAD_BYTES = 4 * KIB;

// Files.
/** Of a file, before it is sealed. */
export const FILE_CHUNK_BYTES = 64 * KIB;
/** The digests of its chunks are 8 MiB. */
export const MAX_FILE_BYTES = 16 * KIB * KIB * KIB;
/** A larger one goes directly only. A relay may take less, or more. */
export const MAX_RELAYED_FILE_BYTES = 100 * KIB * KIB;
export const MAX_THUMBNAIL_BYTES = 16 * KIB;
export const MAX_FILE_NAME_CHARACTERS = 255;
/** As long as the envelope that tells of it. */
export const BLOB_TTL_MS = 30 * DAY_MS;
/** An upload that nobody goes on with. */
export const UPLOAD_TTL_MS = 2 * DAY_MS;
/** The room of an upload is kept this long after its last byte came; one that has no byte yet is forgotten then. */
export const UPLOAD_RESERVATION_MS = 15 * MINUTE_MS;
/** What a smaller one counts for: each is a file on the relay's disk, which runs out of those as well. */
export const MIN_BLOB_COST_BYTES = 64 * KIB;
export const ACCOUNT_BLOB_BYTES_PER_DAY = 2_048 * KIB * KIB;
/** An account gets no more in a day, after its first file, than the room that is left divided by this: nobody fills a relay alone. */
export const ACCOUNT_BLOB_ROOM_SHARES = 10;
/** Of what is left for an account in a day one contact may use an eighth: no few of them use up what all have. */
export const CONTACT_KEY_BLOB_BYTES_PER_DAY = ACCOUNT_BLOB_BYTES_PER_DAY / 8;

// Account.
export const MAX_LOGIN_CHARACTERS = 254;
export const MAX_HTTP_BODY_BYTES = 768 * KIB;
/** In all arrays and maps of one body; the largest, a registration, has fewer than 5,100. */
export const MAX_HTTP_BODY_VALUES = 8_192;
export const LOGIN_TTL_MS = 5 * MINUTE_MS;
export const MAX_NAME_CHARACTERS = 64;
/** A signed device list older than this is refused. */
export const DEVICE_LIST_MAX_AGE_MS = 30 * DAY_MS;

// TURN.
export const TURN_CREDENTIAL_TTL_MS = 10 * MINUTE_MS;
export const TURN_CREDENTIALS_PER_HOUR = 60;

// Links.
/** A sealed envelope, or 64 KiB of a file, and its framing. Every WebRTC stack takes this much. */
export const MAX_CHANNEL_MESSAGE_BYTES = 66 * KIB;

// Client.
/** Message ids already shown are remembered this long. */
export const SEEN_TTL_MS = 90 * DAY_MS;
export const FIRST_CONTACT_HEAL_MS = DAY_MS;
