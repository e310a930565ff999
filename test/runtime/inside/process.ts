// The suite in Node, Deno and Bun. Ends by itself when nothing is left to do.

import { runCases } from "./run-cases.ts";

await runCases(process.argv[2] as string);
