// What withRetry costs on top of plain fetch, on loopback: 2,000 sequential requests each, in turns, in one run.

import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { withRetry } from "../src/index.ts";

const REQUESTS = 2000;
const GOAL = 1.03;

if (process.argv[2] === "serve") serve();
else await compare();

/** A process of its own, so that it does not share the event loop that is measured. */
function serve(): void {
  const server = createServer((_request, response) => response.end("ok"));
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("disconnect", () => process.exit());
}

async function compare(): Promise<void> {
  const child = fork(import.meta.filename, ["serve"]);
  const [port] = await once(child, "message");
  const url = `http://127.0.0.1:${port}/`;
  const contenders = [
    { name: "fetch", fetch, times: [] as number[] },
    { name: "withRetry(fetch)", fetch: withRetry(fetch), times: [] as number[] },
  ];
  for (let i = -200; i < REQUESTS; i++) {
    // In turns, and each first half of the time, so that neither gains by its place.
    for (const contender of i % 2 ? contenders : contenders.toReversed()) {
      const began = performance.now();
      await (await contender.fetch(url)).text();
      if (i >= 0) contender.times.push(performance.now() - began);
    }
  }
  child.disconnect();
  const [plain, ours] = contenders.map(({ times }) => median(times)) as [number, number];
  const ratio = ours / plain;
  console.log(`| ${REQUESTS} requests | median | ratio |\n| --- | --- | --- |`);
  console.log(`| fetch | ${(1000 * plain).toFixed(0)} µs | 1.00 |`);
  console.log(`| withRetry(fetch) | ${(1000 * ours).toFixed(0)} µs | ${ratio.toFixed(2)} |`);
  console.log(`\n${ratio <= GOAL ? "PASS" : "MISS"}: the goal is at most ${GOAL.toFixed(2)}`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
