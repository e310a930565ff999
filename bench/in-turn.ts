/** Interleaves measurements, so that a busy minute of the machine falls upon all. */

/** Runs each of the contenders once a round, and gives back all results of each. */
export async function inTurn<R>(
  names: readonly string[],
  rounds: number,
  run: (name: string) => Promise<R>,
): Promise<Map<string, R[]>> {
  const results = new Map<string, R[]>(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, all] of results) {
      progress(`round ${round} of ${rounds}: ${name}`);
      all.push(await run(name));
    }
  }
  progress("");
  return results;
}

export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
