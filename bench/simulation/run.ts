/** Runs the simulation; prints the tables and writes them to `bench/results/simulation/`, with the pictures. */

import { mkdirSync, writeFileSync } from "node:fs";
import { ratePlot, waitsPlot } from "./plots.ts";
import { outageSection, rateLimitSection, type Section, safetySection, stallSection } from "./report.ts";
import { waits } from "./waits.ts";

const RESULTS = new URL("../results/simulation/", import.meta.url);

mkdirSync(RESULTS, { recursive: true });
const parts: string[] = [];
say(`# Running a fleet: the simulation

Made by \`npm run simulate\`: the real code, its clock and its chance replaced, so that each run gives the same figures.
A request takes 20 to 30 ms to the server, and the answer as long back. A and B are means of ten seeds, with the range
where it is wide. "Expected" is what an independent model gives; what differs from it by more than a tenth is in bold.`);
await section("outage", outageSection);
await section("rate-limit", rateLimitSection);
await section("stall", stallSection);
await section("safety", safetySection);
say(
  "## The waits\n\nThe n-th wait between two attempts of a call, by jitter, with the default base, factor and cap.",
);
picture("waits", "How long the n-th wait is, for each jitter", await waitsPlot(waits(7, 1)));
writeFileSync(new URL("README.md", RESULTS), parts.join("\n"));

async function section(name: string, run: () => Promise<Section>): Promise<void> {
  const { text, plot } = await run();
  say(text);
  if (plot) picture(name, `${plot.title}: requests and answers a second`, await ratePlot(plot));
}

function picture(name: string, text: string, svg: string): void {
  writeFileSync(new URL(`${name}.svg`, RESULTS), svg);
  say(`![${text}](${name}.svg)`);
}

function say(markdown: string): void {
  parts.push(`${markdown}\n`);
  console.log(`${markdown}\n`);
}
