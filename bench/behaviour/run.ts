/**
 * Puts this package and every peer through all cases, prints the matrix and writes it to bench/results/behaviour.md: one to two
 * minutes. With --check only this package, and nothing is written: ten seconds. Fails if this package does otherwise than
 * it is known to do.
 */

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ours, peers } from "../peers/index.ts";
import { regressions } from "./regressions.ts";
import { report, totals } from "./report.ts";
import { runBehaviour } from "./suite.ts";

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;

const matrix = await runBehaviour(check ? ours : peers);
if (check) {
  for (const [name, { passed, failed, notApplicable }] of totals(matrix)) {
    console.log(`${name}: ${passed} passed, ${failed} failed, ${notApplicable} do not apply`);
  }
} else {
  const page = report(matrix);
  console.log(page);
  writeFileSync(new URL("../results/behaviour.md", import.meta.url), page);
}

const changed = regressions(matrix);
for (const line of changed) console.error(`NOT AS KNOWN: ${line}`);
process.exitCode = changed.length > 0 ? 1 : 0;
