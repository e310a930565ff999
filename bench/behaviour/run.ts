/**
 * Puts every peer and this package through all cases, prints the matrix and writes it to bench/results/behaviour.md, in about
 * a minute. With --check nothing is written. Fails if this package does otherwise than it is known to do.
 */

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { regressions } from "./regressions.ts";
import { report } from "./report.ts";
import { runBehaviour } from "./suite.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

const matrix = await runBehaviour();
const page = report(matrix);
console.log(page);
if (!values.check) writeFileSync(new URL("../results/behaviour.md", import.meta.url), page);

const changed = regressions(matrix);
for (const line of changed) console.error(`NOT AS KNOWN: ${line}`);
process.exitCode = changed.length > 0 ? 1 : 0;
