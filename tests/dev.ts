// `npm run dev`: the relay, restarted on change, and the web app with hot reload in front of it, on one origin.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createServer } from "vite";
import { freePort } from "./relay-process.ts";

const root = resolve(import.meta.dirname, "..");
const port = Number(process.env["PORT"] ?? 3000);
const relayPort = await freePort();
const relayOrigin = `http://localhost:${relayPort}`;

const relay = spawn(process.execPath, ["--watch", "--watch-preserve-output", resolve(root, "server/src/main.ts")], {
  stdio: ["ignore", "ignore", "inherit"],
  env: {
    // The secret that `npm run turn` makes; used with TURN_HOST only.
    TURN_SECRET_FILE: resolve(root, "data/turn-secret"),
    ...process.env,
    PORT: String(relayPort),
    DATA_DIR: process.env["DATA_DIR"] ?? resolve(root, "data/dev"),
  },
});

// The relay serves its own origin only, so what passes through here says that it comes from there.
const toRelay = { target: relayOrigin, headers: { origin: relayOrigin } };
const vite = await createServer({
  root: resolve(root, "web"),
  server: {
    port,
    strictPort: true,
    proxy: { "/v1": toRelay, "/socket.io": { ...toRelay, ws: true, rewriteWsOrigin: true } },
  },
});
await vite.listen();
vite.printUrls();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    relay.kill("SIGTERM");
    await vite.close();
    process.exit(0);
  });
}
