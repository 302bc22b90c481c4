// `node tests/compose-prepare.ts`: makes what `npm run test:compose` stands on, and takes minutes on a new machine: the
// stand-in for a Docker engine, and its images. Nothing stays running. .ci/run does it while the other suites run.
import { findEngine } from "./compose/engine.ts";

const engine = findEngine();
if ("skipped" in engine) console.log(`no engine for the suite "compose": ${engine.skipped}`);
else engine.release();
