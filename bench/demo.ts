/** Shows real requests meet failures, and what is made of them: `npm run demo`, or `npm run demo -- URL`. */

import { requestWithRetry } from "../src/index.ts";
import { parseArguments, type Target, USAGE } from "./demo/arguments.ts";
import { Call } from "./demo/call.ts";
import { scenarios, surprises } from "./demo/scenarios.ts";
import { startApi } from "./demo/server.ts";
import { printSummary } from "./demo/summary.ts";
import { showTimeline } from "./demo/timeline.ts";

process.exitCode = await main();

/** Gives the exit code. */
async function main(): Promise<number> {
  let asked: ReturnType<typeof parseArguments>;
  try {
    asked = parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (asked === "tour") return tour();
  if (asked !== "help") return visit(asked);
  console.log(USAGE);
  return 0;
}

/** Goes through all scenarios at once, and checks that each went as expected. */
async function tour(): Promise<number> {
  await using api = await startApi(scenarios.map(({ answers }) => answers));
  console.log(`${scenarios.length} calls side by side, on the default waits: about ten seconds.\n`);
  const runs = scenarios.map(({ name, make, expected }, i) => {
    const call = new Call(name);
    return { call, expected, start: () => call.follow((tools) => make(`${api.url}/${i}`, tools)) };
  });
  const calls = runs.map(({ call }) => call);

  const endTimeline = showTimeline(calls);
  await Promise.all(runs.map(({ start }) => start()));
  endTimeline();
  printSummary(calls);

  const unexpected = runs.flatMap(({ call, expected }) =>
    surprises(call, expected).map((surprise) => `${call.name}: ${surprise}`),
  );
  console.log();
  if (unexpected.length === 0) console.log("All as expected.");
  else console.error(`Not as expected:\n${unexpected.join("\n")}`);
  return unexpected.length === 0 ? 0 : 1;
}

/** Makes one request to a URL of the reader's own. */
async function visit({ url, init, maxRetries, totalTimeout }: Target): Promise<number> {
  const call = new Call(`${init.method} ${url}`);
  const endTimeline = showTimeline([call]);
  await call.follow(({ fetch, ...hooks }) =>
    requestWithRetry(({ signal }) => fetch(url, { ...init, signal }), { ...hooks, maxRetries, totalTimeout }),
  );
  endTimeline();
  printSummary([call]);
  return call.result?.success ? 0 : 1;
}
