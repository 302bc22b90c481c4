import { expect, test } from "vitest";
import { isAddressed, permitted, readDescription, withoutAddresses, withSteadySpeech } from "./peer-descriptions.ts";

const PRINT = Array.from({ length: 32 }, () => "AB").join(":");
const OFFER = [
  "v=0",
  "o=- 1 2 IN IP4 127.0.0.1",
  "m=audio 51234 UDP/TLS/RTP/SAVPF 111 0",
  "c=IN IP4 198.51.100.7",
  "a=rtcp:51235 IN IP4 198.51.100.7",
  "a=candidate:1 1 udp 2113937151 198.51.100.7 51234 typ host",
  "a=end-of-candidates",
  "a=ice-ufrag:abcd",
  `a=fingerprint:sha-256 ${PRINT.toLowerCase()}`,
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1",
  "",
].join("\r\n");
const HOST = "candidate:1 1 udp 2113937151 198.51.100.7 51234 typ host generation 0 ufrag abcd";
const RELAY = "candidate:3 1 udp 41885439 203.0.113.1 49160 typ relay raddr 198.51.100.7 rport 51234 generation 0";
const at = (candidate: string) => ({ candidate, mid: "0", line: 0 });

test("a description is read by its fragment, its fingerprint and its sections", () => {
  expect(readDescription(OFFER)).toEqual({ fragment: "abcd", fingerprint: PRINT, sections: ["audio"] });
});

test.each([
  ["nothing", ""],
  ["noise", "\0\u{1f600} m=audio"],
  ["no fingerprint", OFFER.replace(/a=fingerprint.*\r\n/, "")],
  ["a weaker fingerprint", OFFER.replace("sha-256", "sha-1")],
  ["two fingerprints", `${OFFER}a=fingerprint:sha-256 ${PRINT.replace("AB", "AC")}\r\n`],
  ["a second fingerprint in capitals", `${OFFER}a=Fingerprint:sha-256 ${PRINT.replace("AB", "AC")}\r\n`],
  ["a second fingerprint after a space", `${OFFER}a= fingerprint:sha-256 ${PRINT.replace("AB", "AC")}\r\n`],
  ["a second fingerprint behind a lone CR", `${OFFER}a=x\ra=fingerprint:sha-256 ${PRINT.replace("AB", "AC")}\r\n`],
  ["a line with something before it", `${OFFER} a=sendrecv\r\n`],
  ["two fragments", `${OFFER}a=ice-ufrag:other\r\n`],
])("a description with %s is not one", (_, sdp) => {
  expect(readDescription(sdp)).toBeUndefined();
});

test("no address is left in a description that leaves", () => {
  const bare = withoutAddresses(OFFER);

  expect(bare).not.toContain("198.51.100.7");
  expect(bare).not.toContain("candidate");
  expect(bare).toContain("m=audio 9 UDP/TLS/RTP/SAVPF 111 0");
  expect(readDescription(bare)).toEqual(readDescription(OFFER));
});

test.each(["a=Candidate:", "a= candidate:"])("a candidate as %j is not left in a description either", (start) => {
  expect(withoutAddresses(OFFER.replace("a=candidate:", start))).not.toContain("198.51.100.7");
});

test("speech is asked for at a constant rate, whatever the other end wished", () => {
  expect(withSteadySpeech(OFFER)).toContain("a=fmtp:111 minptime=10;useinbandfec=1;cbr=1;usedtx=0");
  expect(withSteadySpeech(withSteadySpeech(OFFER))).toBe(withSteadySpeech(OFFER));
  expect(withSteadySpeech(OFFER.replace(/a=fmtp.*\r\n/, ""))).toContain("a=fmtp:111 cbr=1;usedtx=0");
});

test("whoever stays behind TURN tells no address of their own", () => {
  expect(permitted(at(HOST), "direct")).toEqual(at(HOST));
  expect(permitted(at(HOST), "relayed")).toBeUndefined();
  expect(permitted(at(HOST.replace("typ host", "typ srflx")), "relayed")).toBeUndefined();
  expect(permitted(at(RELAY), "relayed")?.candidate).not.toContain("198.51.100.7");
  expect(permitted(at(RELAY), "relayed")?.candidate).toContain("203.0.113.1");
});

test("a candidate whose name would have to be looked up is of no use", () => {
  expect(isAddressed(at(HOST))).toBe(true);
  expect(isAddressed(at(HOST.replace("198.51.100.7", "2001:db8::1")))).toBe(true);
  expect(isAddressed(at(HOST.replace("198.51.100.7", "5f2c-1.local")))).toBe(true);
  expect(isAddressed(at(HOST.replace("198.51.100.7", "who-asks.mallory.example")))).toBe(false);
  expect(isAddressed(at(HOST.replace("198.51.100.7", "who:asks.mallory.example")))).toBe(false);
  expect(isAddressed(at(""))).toBe(false);
});
