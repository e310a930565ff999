/** A child process in which one contender calls a server, and prints how fast it was and what it needed. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { median } from "../in-turn.ts";
import type { Throughput } from "../results.ts";
import { client, FETCH } from "./contenders.ts";
import { workloads } from "./workloads.ts";

/** The workloads in their order, and the time of a call that does not fail, as a multiple of fetch's. */
export interface Requests {
  readonly workloads: readonly Throughput[];
  readonly timesFetch: number;
}

const LANES = 8;
const [name = "", size] = process.argv.slice(2);
const CALLS = Number(size);

/** Before it is timed. */
const WARM_UP = CALLS / 5;

const { request, close } = client(name);
const servers: ChildProcess[] = [];
const results: Throughput[] = [];
// Fetch alone is not asked for what it cannot do.
for (const { share, bytes } of name === FETCH ? workloads.slice(0, 1) : workloads) {
  const server = await startServer();
  const call = async (): Promise<void> => {
    const response = await request(`${server.url}/${share}/${bytes}`);
    if (response.status !== 200) throw new Error(`'${name}' resolved with a ${response.status}`);
    await response.text();
  };
  for (let i = 0; i < WARM_UP; i++) await call();
  const connections = await server.connections();
  results.push({ connections, calls: WARM_UP, callsPerSecond: await callsPerSecond(call) });
}
const timesFetch = await comparedWithFetch();
console.log(JSON.stringify({ workloads: results, timesFetch } satisfies Requests));
await close?.();
for (const server of servers) server.disconnect();
// Sockets that wait for the next request would keep the process.
process.exit();

async function callsPerSecond(call: () => Promise<void>): Promise<number> {
  let left = CALLS;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: LANES }, lane));
  return CALLS / ((performance.now() - began) / 1000);
}

async function comparedWithFetch(): Promise<number> {
  const { url } = await startServer();
  const inTurns = [
    { request: (url: string) => fetch(url), times: [] as number[] },
    { request, times: [] as number[] },
  ] as const;
  for (let i = -WARM_UP; i < CALLS; i++) {
    // Each first half of the time, so that neither gains by its place.
    for (const { request, times } of i % 2 ? inTurns : inTurns.toReversed()) {
      const began = performance.now();
      await (await request(`${url}/0/0`)).text();
      if (i >= 0) times.push(performance.now() - began);
    }
  }
  const [plain, own] = inTurns.map(({ times }) => median(times)) as [number, number];
  return own / plain;
}

async function startServer(): Promise<{ url: string; connections: () => Promise<number> }> {
  const server = fork(new URL("server.ts", import.meta.url), { execArgv: [] });
  servers.push(server);
  const [port] = await once(server, "message");
  const url = `http://127.0.0.1:${port}`;
  return { url, connections: async () => Number(await (await fetch(`${url}/connections`)).text()) };
}
