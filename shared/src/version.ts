/**
 * The version of everything two machines agree on. A client and a relay that differ refuse each other with `version`.
 * 1 the first (2026-11)
 */
export const PROTOCOL_VERSION = 1;
