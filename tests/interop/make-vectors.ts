/**
 * Writes crypto/vectors/*.json by running the official library: `npx node tests/interop/make-vectors.ts`. A file that
 * exists is kept, because vectors that change prove nothing; delete it to have it made anew.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import manifest from "@signalapp/libsignal-client/package.json" with { type: "json" };
import { toHex } from "@tacit/shared/bytes";
import { fingerprintVectors, kyberVectors, sealedVectors, sessionVectors, xeddsaVectors } from "./vectors.ts";

const FOLDER = new URL("../../crypto/vectors/", import.meta.url);

mkdirSync(FOLDER, { recursive: true });
await write("xeddsa", xeddsaVectors);
await write("fingerprint", fingerprintVectors);
await write("kyber1024", kyberVectors);
await write("sealed-sender", sealedVectors);
await write("session", sessionVectors);

async function write(name: string, make: () => object | Promise<object>): Promise<void> {
  const file = new URL(`${name}.json`, FOLDER);
  if (existsSync(file)) return console.info(`${name}: kept`);
  const contents = {
    authority: `@signalapp/libsignal-client ${manifest.version}`,
    command: "npx node tests/interop/make-vectors.ts",
    vectors: await make(),
  };
  writeFileSync(file, `${JSON.stringify(contents, bytesAsHex, 1)}\n`);
  console.info(`${name}: made`);
}

function bytesAsHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toHex(value) : value;
}
