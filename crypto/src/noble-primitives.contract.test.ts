import { noblePrimitives } from "./noble-primitives.ts";
import { primitivesContract } from "./testing/primitives-contract.ts";
import { hasWycheproof } from "./testing/wycheproof.ts";

const hasVectors = await hasWycheproof("x25519_test", process.env["CI"] === "true", console.info);

primitivesContract("noble", noblePrimitives, hasVectors);
