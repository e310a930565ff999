/** What calls cost that wait at the same time, by how many there are. */

import { child } from "../child.ts";
import { progress } from "../in-turn.ts";
import { peers } from "../peers/index.ts";
import type { Crowd, Of, Scale, Unfinished, Wait } from "../results.ts";

const WAITS: readonly Wait[] = ["first", "third", "signal"];

const LIMIT = 30_000;

export async function measureScale(quick: boolean): Promise<Scale> {
  const sizes = quick ? [1_000, 3_000] : [1_000, 10_000, 100_000];
  const scale: Record<string, Scale[string]> = {};
  for (const { name } of peers) {
    const of = (wait: Wait): Promise<Of<Crowd | Unfinished> | null> =>
      // One size shows what the third wait holds that the first does not.
      crowds(name, wait, wait === "third" ? sizes.slice(1, 2) : sizes);
    const all: [Wait, Of<Crowd | Unfinished> | null][] = [];
    for (const wait of WAITS) all.push([wait, await of(wait)]);
    scale[name] = all.some(([, each]) => each === null) ? null : (Object.fromEntries(all) as Scale[string]);
  }
  progress("");
  return scale;
}

async function crowds(
  name: string,
  wait: Wait,
  sizes: readonly number[],
): Promise<Of<Crowd | Unfinished> | null> {
  const script = new URL("crowd.ts", import.meta.url);
  const done: Record<string, Crowd | Unfinished> = {};
  for (const size of sizes) {
    progress(`${size} calls of ${name}, ${wait}`);
    const crowd = await child<Crowd | null>(script, [name, size, wait], LIMIT);
    if (crowd === null) return null;
    done[size] = crowd;
    // What does not end is no quicker with more of it.
    if ("unfinished" in crowd || crowd.endSeconds === null) break;
  }
  return done;
}
