/** Interleaves measurements, so that a busy minute of the machine falls upon all. */

/** Runs each of the things once a round, and gives back all results of each. */
export async function inTurn<T, R>(
  things: readonly T[],
  rounds: number,
  run: (thing: T) => Promise<R>,
  name: (thing: T) => string = String,
): Promise<Map<T, R[]>> {
  const results = new Map<T, R[]>(things.map((thing) => [thing, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [thing, ofThing] of results) {
      progress(`round ${round} of ${rounds}: ${name(thing)}`);
      ofThing.push(await run(thing));
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
