import { defineConfig } from "drizzle-kit";

// `npx drizzle-kit generate --config server/drizzle.config.ts` writes the next migration.
export default defineConfig({
  dialect: "sqlite",
  schema: "./server/src/db/schema.ts",
  out: "./server/src/db/migrations",
});
