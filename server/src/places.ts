import { fileURLToPath } from "node:url";

// What the relay reads of itself. Here, beside main.ts, because server/vite.config.ts makes one file of all of them, which lies
// where main.ts does.
const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const MIGRATIONS = place("db/migrations");
export const MANIFEST = place("../../package.json");
/** The built web app. */
export const WEB = place("../../web/dist");
