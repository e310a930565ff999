/** The soak's server, in a process of its own: nothing of it is in the heap and among the handles that are measured. */

import { type Step, startServer } from "../../test/server/loopback-server.ts";
import { type Plan, planOf } from "./plan.ts";

/** What the server has seen since it was told to forget. */
export interface Seen {
  /** Requests by call. */
  readonly requests: ReadonlyMap<number, number>;
  /** How often each fault was served. */
  readonly faults: ReadonlyMap<string, number>;
  readonly openConnections: number;
}

const seed = Number(process.argv[2]);
const turns = new Map<number, { readonly plan: Plan; next: number }>();
const requests = new Map<number, number>();
const faults = new Map<string, number>();
let counted = 0;

const server = await startServer(
  (request) => {
    // They would be kept for as long as the server lives, and nobody looks at them.
    request.headers = {};
    request.body = Buffer.alloc(0);
    return stepFor(callOf(request.url));
  },
  { keepAliveTimeoutMs: 2000 },
);

process.on("message", (word: "look" | "forget") => {
  count();
  if (word === "forget") for (const map of [turns, requests, faults]) map.clear();
  process.send?.({ requests, faults, openConnections: server.openConnections } satisfies Seen);
});
process.on("disconnect", () => server.close());
process.send?.(server.url);

function callOf(url: string): number {
  return Number(url.slice(1));
}

/** Those too that broke off in their body, for which no step is asked. */
function count(): void {
  for (; counted < server.requests.length; counted++) {
    const call = callOf(server.requests[counted]?.url ?? "");
    requests.set(call, (requests.get(call) ?? 0) + 1);
  }
}

function stepFor(call: number): Step {
  const turn = turns.get(call) ?? { plan: planOf(seed, call), next: 0 };
  turns.set(call, turn);
  const { plan } = turn;
  const fault = plan.faults[Math.min(turn.next++, plan.faults.length - 1)];
  if (!fault) return {};
  faults.set(fault.name, (faults.get(fault.name) ?? 0) + 1);
  return fault.step(plan.dice);
}
