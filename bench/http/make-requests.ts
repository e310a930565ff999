/** A child process in which one contender calls a server, and prints how fast it was and what it needed. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { median } from "../in-turn.ts";
import { client, FETCH } from "./contenders.ts";
import { workloads } from "./workloads.ts";

/** What one contender makes of one workload. */
export interface Throughput {
  readonly callsPerSecond: number;
  /** Opened by calls that are made one after the other. */
  readonly connections: number;
}

/** In the order of the workloads. */
export interface Requests {
  readonly workloads: readonly Throughput[];
  /** The time of a call that does not fail, as a multiple of fetch's, both in turns. */
  readonly timesFetch: number;
}

const LANES = 8;
const [name = "", size] = process.argv.slice(2);
const CALLS = Number(size);

const { request, close } = client(name);
const servers: AsyncDisposable[] = [];
const results: Throughput[] = [];
// Fetch alone is not asked for what it cannot do.
for (const { share, bytes } of name === FETCH ? workloads.slice(0, 1) : workloads) {
  const server = await startServer();
  const url = `${server.url}/${share}/${bytes}`;
  const call = async (): Promise<void> => {
    const response = await request(url);
    if (response.status !== 200) throw new Error(`'${name}' resolved with a ${response.status}`);
    await response.text();
  };
  for (let i = 0; i < CALLS / 5; i++) await call();
  const connections = await server.connections();
  const perSecond = await callsPerSecond(call);
  results.push({ connections, callsPerSecond: perSecond });
}
const timesFetch = await comparedWithFetch();
console.log(JSON.stringify({ workloads: results, timesFetch } satisfies Requests));
await close?.();
for (const server of servers) await server[Symbol.asyncDispose]();
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
  for (let i = -CALLS / 5; i < CALLS; i++) {
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

async function startServer() {
  const server = fork(new URL("server.ts", import.meta.url), { execArgv: [] });
  const [port] = await once(server, "message");
  const url = `http://127.0.0.1:${port}`;
  const started = {
    url,
    connections: async () => Number(await (await fetch(`${url}/connections`)).text()),
    async [Symbol.asyncDispose]() {
      server.disconnect();
    },
  };
  servers.push(started);
  return started;
}
