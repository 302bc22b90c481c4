import { primitivesContract } from "@tacit/crypto/testing/primitives-contract";
import { hasWycheproof } from "@tacit/crypto/testing/wycheproof";
import { platformPrimitives } from "./platform-primitives.ts";

const hasVectors = await hasWycheproof("x25519_test", process.env["CI"] === "true", console.info);

primitivesContract("WebCrypto of Node", platformPrimitives(crypto.subtle), hasVectors);
