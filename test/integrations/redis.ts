/** A Redis of the test's own: on a free loopback port, in a folder of its own, without persistence. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Redis {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Why there can be no Redis here; undefined if there can. In CI there has to be one. */
export function whyNoRedis(): string | undefined {
  if (!spawnSync("redis-server", ["--version"]).error) return undefined;
  const hint = "no redis-server on this machine: apt-get install redis-server";
  if (process.env.CI === "true") throw new Error(hint);
  return hint;
}

export async function startRedis(): Promise<Redis> {
  // Somebody else may take the port before Redis does.
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), "request-with-retry-redis-"));
    const options = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const server = spawn("redis-server", args, { stdio: "ignore" });
    const stop = async (): Promise<void> => {
      await end(server);
      await rm(folder, { recursive: true, force: true });
    };
    if (await answers(server, port)) return { port, stop };
    await stop();
    if (tries === 5) throw new Error("redis-server did not start");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether it takes connections, at the latest after 10 s. */
async function answers(server: ChildProcess, port: number): Promise<boolean> {
  for (let i = 0; i < 200 && server.exitCode === null; i++) {
    const socket = connect(port, "127.0.0.1");
    const connected = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return server.exitCode === null;
    await sleep(50);
  }
  return false;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill();
  await once(server, "exit");
}
