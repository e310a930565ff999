/** A child process that puts one peer through all cases, and sends back what was found. */

import { setTimeout as sleep } from "node:timers/promises";
import { peers } from "../peers/index.ts";
import type { Peer } from "../peers/peer.ts";
import type { Case, Finding, Need } from "./case.ts";
import { cases } from "./cases/index.ts";
import { startTrial } from "./trial.ts";

/** Enough to wait side by side, and too few to hold each other up. */
const AT_A_TIME = 6;
const LIMIT = 15_000;

/** By the name of the case. */
export type Findings = Readonly<Record<string, Finding>>;

const peer = peers.find(({ name }) => name === process.argv[2]);
if (!peer) throw new RangeError(`No peer '${process.argv[2]}'`);
const send = process.send?.bind(process) as (findings: Findings, then: () => void) => void;
// A peer may be in the middle of a wait that nothing can end.
send(await putThrough(peer), () => process.exit());

async function putThrough(peer: Peer): Promise<Findings> {
  await using trial = startTrial(peer);
  // The first call of all is slow: much has to be loaded and compiled.
  await trial.call([{ status: 503 }, { body: "ok" }]);

  const findings: Record<string, Finding> = {};
  async function run(queue: Case[]): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) findings[next.name] = await find(next, peer);
  }
  const together = cases.filter(({ alone }) => !alone);
  await Promise.all(Array.from({ length: AT_A_TIME }, () => run(together)));
  await run(cases.filter(({ alone }) => alone));
  return findings;
}

async function find({ needs, run }: Case, peer: Peer): Promise<Finding> {
  const lack = needs && lacks(peer, needs);
  if (lack) return { notApplicable: lack };
  await using trial = startTrial(peer);
  return await Promise.race([run(trial), sleep(LIMIT, `no end in ${LIMIT / 1000} s`, { ref: false })]);
}

function lacks(peer: Peer, need: Need): string | undefined {
  switch (need) {
    case "response":
      return peer.knows === "outcomes" ? "is not told of the response" : undefined;
    case "retry-after":
      return lacks(peer, "response") ?? (peer.obeysRetryAfter ? undefined : "does not look at Retry-After");
    case "request":
      return peer.knows === "requests" ? undefined : "is not told of the request";
    case "fetch":
      return peer.takesFetch ? undefined : "runs no code of the caller";
    case "limit":
      return peer.limitsAttempts ? undefined : "has no time limit for one attempt";
  }
}
