// The suite in a page of the control server.

import { runCases } from "./run-cases.ts";

await runCases((globalThis as unknown as { location: { origin: string } }).location.origin);
