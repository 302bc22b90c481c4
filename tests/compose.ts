// `npm run test:compose`: what an operator does, on a clean clone: up, join over TLS, talk, call, doctor, backup, restore,
// behind a proxy. It takes the engine that is there, or the stand-in of the tools beside the project; without either it
// says so in one line. The commands are those of docs/OPERATING.md.
import { findEngine } from "./compose/engine.ts";
import { Operator } from "./compose/operator.ts";
import { Project } from "./compose/project.ts";

const engine = findEngine();
if ("skipped" in engine) {
  console.log(`skipped: ${engine.skipped}\n\n0 passed, 0 failed, 1 skipped`);
  process.exit(0);
}

let passed = 0;
let failed = 0;
try {
  using project = await Project.create(engine.environment);
  await using operator = new Operator(project);
  for (const [name, step] of operator.steps()) {
    const startedMs = performance.now();
    try {
      await step();
      passed++;
      console.log(`ok   ${name} (${((performance.now() - startedMs) / 1000).toFixed(0)} s)`);
    } catch (failure) {
      failed++;
      console.log(`FAIL ${name}\n     ${failure instanceof Error ? failure.message.slice(0, 4_000) : failure}`);
      // Nothing else can be tried on what did not come up.
      if (passed === 0) break;
    }
  }
  if (failed > 0) console.log(project.tryCompose("logs", "--tail", "30").said);
} finally {
  engine.release();
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
