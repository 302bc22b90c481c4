// `npm run turn`: a TURN server for this machine, on the usual ports, with a secret that the relay finds by itself.
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { systemRandom } from "@tacit/server/system";
import { openTurnSecret } from "@tacit/server/turn/secret";
import { hasTurnServer, startTurn } from "./turn-process.ts";

const PORT = 3478;

if (!hasTurnServer()) {
  console.error("There is no turnserver on the PATH: install coturn (Debian: apt install coturn).");
  process.exit(1);
}
const secretFile = resolve(import.meta.dirname, "../data/turn-secret");
mkdirSync(dirname(secretFile), { recursive: true, mode: 0o700 });
const turn = await startTurn({ secret: openTurnSecret(secretFile, systemRandom), port: PORT });
console.log(`A TURN server for this machine alone is at ${turn.urls.join(" and ")}.`);
console.log(`Give it to the relay: TURN_URLS='${turn.urls.join(",")}' npm start (or npm run dev)`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void turn[Symbol.asyncDispose]());
