import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { primitivesContract } from "@tacit/crypto/testing/primitives-contract";
import { hasWycheproof } from "@tacit/crypto/testing/wycheproof";
import { platformPrimitives } from "./platform-primitives.ts";

const hasVectors = await hasWycheproof("x25519_test", false, console.info);

primitivesContract("noble", noblePrimitives, hasVectors);
primitivesContract("WebCrypto of the browser", platformPrimitives(crypto.subtle), hasVectors);
