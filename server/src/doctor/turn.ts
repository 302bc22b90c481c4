import { MINUTE_MS } from "@tacit/shared/limits";
import type { Random } from "../ports.ts";
import { mintCredentials } from "../turn/credentials.ts";
import { TurnProbe, type TurnWay, toTurnWay } from "../turn/probe.ts";
import type { TurnService } from "../turn/routes.ts";
import { broken, type Finding, reasonOf, skipped, well } from "./finding.ts";

/** An address of the cloud's own machinery, which no relay may reach for anybody. */
const FORBIDDEN = "169.254.169.254";

/** A real allocation by each way that clients are told. `localhost`: see `Front`. */
export async function checkTurn(
  turn: TurnService | undefined,
  { nowMs, random, localhost }: { readonly nowMs: number; readonly random: Random; readonly localhost: string },
): Promise<readonly Finding[]> {
  if (turn === undefined) {
    return [skipped("turn", "there is none: who has a strict network at both ends cannot connect directly")];
  }
  const findings: Finding[] = [];
  for (const url of turn.urls) {
    const way = toTurnWay(url);
    if (way === undefined) continue;
    const isLocal = way.host === "localhost" || way.host === "127.0.0.1";
    const reached: TurnWay = isLocal ? { ...way, host: localhost, isTrusted: true } : way;
    findings.push(await checkWay(reached, mintCredentials(turn.secret, nowMs + MINUTE_MS, random(16))));
  }
  return findings;
}

async function checkWay(way: TurnWay, credentials: ReturnType<typeof mintCredentials>): Promise<Finding> {
  const about = `turn ${way.transport}`;
  const place = `${way.host}:${way.port}`;
  let probe: TurnProbe | undefined;
  try {
    probe = await TurnProbe.open(way, credentials);
    const allocated = await probe.allocate();
    if (!allocated.ok) {
      const advice =
        allocated.code === 401
          ? "The relay and the TURN server have different secrets, or clocks: restart both."
          : "508: no port is free, widen TACIT_TURN_RELAY_PORTS. 486: too many at once.";
      return broken(about, `${place} refuses to relay (${allocated.code})`, advice);
    }
    if ((await probe.permit(FORBIDDEN)) === 0) {
      return broken(about, `${place} would relay into your own network`, "Start it with turn/turnserver.conf.");
    }
    await probe.refresh(0);
    const from = allocated.relayed === undefined ? "" : `, from ${allocated.relayed.address}`;
    return well(about, `${place} relays${from}`);
  } catch (failure) {
    const protocol = way.transport === "udp" ? "UDP" : "TCP";
    const advice =
      way.transport === "tls"
        ? `Open TCP ${way.port} to the TURN server; without a certificate it offers no TLS.`
        : `Open ${protocol} ${way.port} to the TURN server. \`docker compose ps turn\` says whether it runs.`;
    return broken(about, `nobody relays at ${place} (${reasonOf(failure)})`, advice);
  } finally {
    probe?.close();
  }
}
