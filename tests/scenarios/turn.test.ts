import { networkInterfaces } from "node:os";
import { checkTurn } from "@tacit/server/doctor/turn";
import { systemRandom } from "@tacit/server/system";
import { RelayStage } from "@tacit/server/testing/relay-stage";
import { TurnProbe, type TurnWay, toTurnWay } from "@tacit/server/turn/probe";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { hasTurnServer, startTurn, type TurnProcess } from "../turn-process.ts";

// The probe speaks to a real coturn with the configuration that people run. Without one installed there is nothing to test.
const turnTest = test.skipIf(!hasTurnServer());
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

function ways({ urls, certificate }: TurnProcess): readonly TurnWay[] {
  return urls.map((url) => toTurnWay(url, certificate)).filter((way) => way !== undefined);
}

async function openProbe(turn: TurnProcess, credentials = turn.credentials()): Promise<TurnProbe> {
  const [way] = ways(turn);
  if (way === undefined) throw new Error("no way to the TURN server");
  return TurnProbe.open(way, credentials);
}

turnTest("what the relay hands out relays over UDP, TCP and TLS", async () => {
  await using turn = await startTurn({ hasTls: true });
  const { urls, secret } = turn;
  await using stage = await RelayStage.start({ turn: { urls, secret } });
  const alice = await stage.register("alice");
  // The clock of the stage stands in the past, where its credentials have ended long ago.
  stage.clock.advance(Date.now() - stage.clock.nowMs());

  const { servers } = await stage.caller.ask("turn", {}, alice.token);

  const [server] = servers;
  if (server === undefined) throw new Error("no TURN server");
  expect(server.urls).toEqual(urls);
  for (const way of ways(turn)) {
    const probe = await TurnProbe.open(way, server);
    expect(await probe.allocate()).toMatchObject({ ok: true, relayed: { address: "127.0.0.1" } });
    probe.close();
  }
});

turnTest("ended, forged and foreign credentials relay nothing", async () => {
  await using turn = await startTurn();
  const good = turn.credentials();
  const bad = [
    turn.credentials(-2 * SECOND_MS),
    turn.credentials(60 * SECOND_MS, "another secret that nobody gave to this server"),
    { ...good, username: good.username.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10)) },
    { ...good, username: `${good.username}x` },
    { ...good, credential: turn.credentials().credential },
    { username: "alice", credential: "password" },
    { username: "", credential: "" },
  ];

  for (const credentials of bad) {
    const probe = await openProbe(turn, credentials);
    expect(await probe.allocate()).toEqual({ ok: false, code: expect.toSatisfy((code) => [400, 401].includes(code)) });
    probe.close();
  }
});

turnTest("a call outlives the credentials that it began with", async () => {
  await using turn = await startTurn();
  const endsMs = Date.now() + 2 * SECOND_MS;
  const probe = await openProbe(turn, turn.credentials(2 * SECOND_MS));
  expect(await probe.allocate()).toMatchObject({ ok: true });
  await expect.poll(() => Date.now() > endsMs + SECOND_MS, { timeout: 10_000, interval: 200 }).toBe(true);

  expect(await probe.refresh(600)).toBe(0);

  probe.close();
});

const SPECIAL_IPV4 = [
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.254",
  "100.64.0.1",
  "100.127.255.254",
  "127.0.0.1",
  "127.255.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.254",
  "192.0.0.8",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "192.168.255.254",
  "198.18.0.1",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
];
const SPECIAL_IPV6 = [
  "::",
  "::1",
  "::2",
  "::127.0.0.1",
  "::10.0.0.1",
  "::ffff:0.0.0.0",
  "::ffff:0.1.2.3",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "::ffff:169.254.169.254",
  "::ffff:192.168.0.1",
  "::ffff:1.1.1.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::1",
  "3fff::1",
  "5f00::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fec0::1",
  "ff02::1",
];

const families = [
  ["ipv4", SPECIAL_IPV4, "1.1.1.1"],
  ["ipv6", SPECIAL_IPV6, "2606:4700:4700::1111"],
] as const;
turnTest.each(families.filter(([family]) => family === "ipv4" || hasIpv6))(
  "nothing behind the server can be reached through it by %s, in whatever notation",
  async (family, special, open) => {
    await using turn = await startTurn({ isForThisMachine: false, lines: family === "ipv6" ? ["relay-ip=::1"] : [] });
    const probe = await openProbe(turn);
    expect(await probe.allocate(family)).toMatchObject({ ok: true });

    for (const [i, address] of special.entries()) {
      expect([address, await probe.permit(address)]).toEqual([address, 403]);
      expect([address, await probe.bindChannel(i, address)]).toEqual([address, 403]);
    }

    // Or the test would prove nothing.
    expect(await probe.permit(open)).toBe(0);
    expect(await probe.bindChannel(special.length, open)).toBe(0);
    probe.close();
  },
);

turnTest("a server of IPv4 relays to nothing that is written as IPv6", async () => {
  await using turn = await startTurn();
  const probe = await openProbe(turn);
  expect(await probe.allocate()).toMatchObject({ ok: true });

  for (const address of SPECIAL_IPV6) expect([403, 443], address).toContain(await probe.permit(address));
  probe.close();
});

turnTest("an account has room for twenty-four allocations and no more, with however many credentials", async () => {
  await using turn = await startTurn();
  const { urls, secret } = turn;
  await using stage = await RelayStage.start({ turn: { urls, secret } });
  const [alice, bob] = [await stage.register("alice"), await stage.register("bob")];
  // What the server counts by changes with the hour: in its last minute this is the next one's.
  const nowMs = Date.now();
  const leftMs = HOUR_MS - (nowMs % HOUR_MS);
  stage.clock.advance(nowMs + (leftMs < MINUTE_MS ? leftMs : 0) - stage.clock.nowMs());
  const credentialsOf = async ({ token }: typeof alice) => {
    stage.clock.advance(SECOND_MS);
    const { servers } = await stage.caller.ask("turn", {}, token);
    return servers[0] ?? { username: "", credential: "" };
  };
  const probes: TurnProbe[] = [];
  const allocate = async (member: typeof alice) => {
    const probe = await openProbe(turn, await credentialsOf(member));
    probes.push(probe);
    return probe.allocate();
  };

  for (let n = 0; n < 24; n++) expect(await allocate(alice)).toMatchObject({ ok: true });

  expect(await allocate(alice)).toEqual({ ok: false, code: 486 });
  expect(await allocate(bob)).toMatchObject({ ok: true });
  for (const probe of probes) probe.close();
});

turnTest("the doctor tells a server that relays from one with another secret, and from none", async () => {
  const turn = await startTurn();
  const look = (secret: string) =>
    checkTurn({ urls: turn.urls, secret }, { nowMs: Date.now(), random: systemRandom, localhost: "127.0.0.1" });
  const states = (findings: Awaited<ReturnType<typeof look>>) => findings.map(({ state, says }) => `${state}: ${says}`);

  expect(states(await look(turn.secret))).toEqual(turn.urls.map(() => expect.stringMatching(/^well: .* relays/)));
  expect(states(await look("x".repeat(43)))).toEqual(turn.urls.map(() => expect.stringMatching(/^broken: .*401/)));
  await turn[Symbol.asyncDispose]();
  expect(states(await look(turn.secret))).toEqual(turn.urls.map(() => expect.stringMatching(/^broken: nobody relays/)));
});
