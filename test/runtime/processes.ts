// Starts a program, and waits for its end.

import { spawn } from "node:child_process";
import { once } from "node:events";

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** It is ended when it takes longer: 2 minutes by default. */
  readonly timeout?: number;
}

/** What it printed, on both streams; rejects with that if it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: 120_000, ...options });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const [code, signal] = await once(child, "close");
  if (code !== 0)
    throw new Error(`${[command, ...args].join(" ")}: ended with ${code ?? signal}\n${printed}`);
  return printed;
}
