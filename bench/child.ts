/** Runs a script in a process of its own, so that neither the code compiled for another contender nor its garbage counts. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Unfinished } from "./results.ts";

/** What the script prints, as JSON; where it fails or takes too long, why. */
export async function child<R>(
  script: URL,
  args: readonly (string | number)[],
  timeout: number = 60_000,
): Promise<R | Unfinished> {
  const command = ["--expose-gc", fileURLToPath(script), ...args.map(String)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      timeout,
      killSignal: "SIGKILL",
    });
    return JSON.parse(stdout) as R;
  } catch (error) {
    const { killed, stderr, message } = error as Error & { killed?: boolean; stderr?: string };
    if (killed) return { unfinished: `not within ${timeout / 1000} s` };
    // The line of a stack that says what was thrown.
    const thrown = /^\w*Error.*/m.exec(stderr ?? "")?.[0];
    return { unfinished: thrown ?? message.split("\n", 1)[0] ?? "failed" };
  }
}

/** The results of those that came to their end; throws if none did. */
export function finished<R extends object>(results: readonly (R | Unfinished)[]): R[] {
  const all = results.filter((result): result is R => !("unfinished" in result));
  if (all.length === 0) throw new Error(`No result: ${JSON.stringify(results)}`);
  return all;
}
