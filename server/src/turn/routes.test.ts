import { HOUR_MS, SECOND_MS, TURN_CREDENTIAL_TTL_MS, TURN_CREDENTIALS_PER_HOUR } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { seededRandom } from "../testing/seeded-random.ts";

const TURN = {
  urls: ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349?transport=tcp"],
  secret: "s3cret",
};

test("credentials last ten minutes", async () => {
  await using stage = await RelayStage.start({ turn: TURN });
  const { token } = await stage.register("alice");
  const expiresAtMs = stage.clock.nowMs() + TURN_CREDENTIAL_TTL_MS;

  const first = await stage.caller.ask("turn", {}, token);
  stage.clock.advance(SECOND_MS);
  const second = await stage.caller.ask("turn", {}, token);

  expect(first).toMatchObject({ expiresAtMs, servers: [{ urls: TURN.urls }] });
  const [{ username } = { username: "" }] = first.servers;
  expect(username).toMatch(new RegExp(`^${expiresAtMs / 1000}:[\\w-]{22}$`));
  expect(second.servers[0]?.credential).not.toBe(first.servers[0]?.credential);
});

test("a TURN server knows an account by one name for an hour, which leads neither to it nor to the next hour's", async () => {
  await using stage = await RelayStage.start({ turn: TURN });
  const alice = await stage.register("alice");
  const bob = await stage.register("bob");
  const nameOf = async ({ token }: Member) => {
    const { servers } = await stage.caller.ask("turn", {}, token);
    return servers[0]?.username.split(":")[1];
  };
  stage.clock.advance(HOUR_MS - (stage.clock.nowMs() % HOUR_MS));

  const first = await nameOf(alice);
  stage.clock.advance(HOUR_MS - 1);
  expect(await nameOf(alice)).toBe(first);
  expect(await nameOf(bob)).not.toBe(first);
  stage.clock.advance(1);
  expect(await nameOf(alice)).not.toBe(first);

  await using other = await RelayStage.start({ turn: TURN, random: seededRandom("another key") });
  const same = await other.register("alice");
  expect(same.owner.accountId).toBe(alice.owner.accountId);
  expect((await other.caller.ask("turn", {}, same.token)).servers[0]?.username).not.toContain(first);
});

test("only devices of the relay get credentials", async () => {
  await using stage = await RelayStage.start({ turn: TURN });

  expect(await stage.caller.call("turn", {})).toMatchObject({ status: 401, error: { error: "unauthorized" } });
});

test("a relay without a TURN server says that there is none", async () => {
  await using stage = await RelayStage.start();
  const { token } = await stage.register("alice");

  expect((await stage.caller.ask("turn", {}, token)).servers).toEqual([]);
});

test("an account gets sixty credentials an hour, and others theirs", async () => {
  await using stage = await RelayStage.start({ turn: TURN });
  const alice = await stage.register("alice");
  const bob = await stage.register("bob");
  for (let i = 0; i < TURN_CREDENTIALS_PER_HOUR; i++) await stage.caller.ask("turn", {}, alice.token);

  expect(await stage.caller.call("turn", {}, alice.token)).toMatchObject({ status: 429, error: { error: "rate" } });

  await stage.caller.ask("turn", {}, bob.token);
  stage.clock.advance(HOUR_MS);
  await stage.caller.ask("turn", {}, alice.token);
});
