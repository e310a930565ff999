/** Runs a script in a process of its own, so that neither the code compiled for another contender nor its garbage counts. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** How a script did not come to its end. */
export interface Unfinished {
  readonly unfinished: string;
}

/** What the script prints, as JSON; where it fails or takes too long, why. */
export async function child<R>(
  script: URL,
  args: readonly (string | number)[],
  timeout = 60_000,
): Promise<R | Unfinished> {
  const command = ["--expose-gc", script.pathname, ...args.map(String)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout, killSignal: "SIGKILL" });
    return JSON.parse(stdout) as R;
  } catch (error) {
    const { killed, stderr, message } = error as Error & { killed?: boolean; stderr?: string };
    if (killed) return { unfinished: `not within ${timeout / 1000} s` };
    // The line of a stack that says what was thrown.
    const thrown = /^\w*Error.*/m.exec(stderr ?? "")?.[0];
    return { unfinished: thrown ?? message.split("\n", 1)[0] ?? "failed" };
  }
}

/** The results that there are; throws if there is none, for a contender that never comes to an end is not measured. */
export function finished<R extends object>(results: readonly (R | Unfinished)[]): R[] {
  return results.filter((result): result is R => !("unfinished" in result));
}
