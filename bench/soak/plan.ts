/** What one call does and what is done to it: drawn from the seed and the call's number, so that it can be repeated. */

import type { FetchRetryOptions } from "../../src/index.ts";
import { randomFrom } from "../simulation/random.ts";
import { type Dice, diceOf } from "./dice.ts";
import { FAULTS, type Fault } from "./faults.ts";

export interface Plan {
  readonly face: "requestWithRetry" | "withRetry";
  /** What the server does to its requests in turn, the last one for ever. */
  readonly faults: readonly Fault[];
  /** For the details of the faults. */
  readonly dice: Dice;
  /** To a port on which nothing listens. */
  readonly refused: boolean;
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly body: "none" | "text" | "form" | "blob" | "stream" | "Request";
  /** The request pays no heed to its signal. Only where it ends by itself. */
  readonly deaf: boolean;
  readonly options: Omit<FetchRetryOptions, "budget">;
  readonly shares: readonly ("budget" | "cooldown" | "keyed cooldown")[];
  /** Where it waits for an hour after its first failure, unless its signal ends that; the gate is its own then. */
  readonly longWait: "none" | "before a retry" | "at a gate" | "in onRetry";
  readonly signal: "none" | "own" | "shared";
  /** When its signal is aborted. */
  readonly abort: "never" | "before" | "in onRetry" | { readonly afterMs: number };
  readonly onRetry: "quick" | "slow" | "throws";
  /** What becomes of the response that the caller is given. */
  readonly use: "read" | "read some" | "cancel" | "leave";
}

export const AN_HOUR = 3_600_000;

export function planOf(seed: number, call: number): Plan {
  const dice = diceOf(randomFrom(Math.imul(seed, 0x9e3779b1) + Math.imul(call, 0x85ebca6b)));
  const { chance, int, pick, pickWeighted } = dice;
  const face = pick(["requestWithRetry", "withRetry"] as const);
  const faults = Array.from({ length: int(1, 4) }, () => pickWeighted(FAULTS));
  const hangs = faults.some((fault) => fault.hangs);
  const method = pick(["GET", "GET", "GET", "HEAD", "POST", "POST", "PUT"] as const);
  const hasBody = method === "POST" || method === "PUT";
  const own = ["text", "form", "blob", "stream"] as const;
  const body = !hasBody ? "none" : pick(face === "withRetry" ? ([...own, "Request"] as const) : own);
  const cooldown = chance(0.2);
  const signal = pick(["none", "own", "own", "shared"] as const);
  const moments = ["before", "in onRetry", { afterMs: int(0, 80) }, { afterMs: int(0, 300) }] as const;
  // An abort of the shared one ends dozens of others.
  const aborted = chance({ none: 0, own: 0.25, shared: 0.03 }[signal]);
  // Nobody else is to have to wait for so long.
  const long = signal === "own" && !cooldown && chance(0.3);
  const longWait = long ? pick(["before a retry", "at a gate", "in onRetry"] as const) : "none";
  const abort = long ? { afterMs: int(0, 300) } : aborted ? pick(moments) : "never";
  return {
    face,
    faults,
    dice,
    refused: chance(0.03),
    method,
    body,
    deaf: face === "requestWithRetry" && !hangs && chance(0.2),
    options: {
      maxRetries: int(0, 5),
      backoff: {
        base: int(0, 15),
        cap: int(10, 60),
        jitter: pick(["additive", "full", "equal", "decorrelated", "none"] as const),
      },
      nonIdempotent: pick(["never", "answered", "always"] as const),
      idempotencyKey: chance(0.3),
      // Long ones too, whose timers would be seen if they were left. (Whoever is behind a hanging call at a gate must
      // not have to wait for long.)
      ...((hangs || chance(0.4)) && { attemptTimeout: hangs ? int(20, 250) : pick([int(20, 250), AN_HOUR]) }),
      ...((cooldown || chance(0.3)) && {
        totalTimeout: cooldown ? int(50, 1000) : pick([int(50, 1000), AN_HOUR]),
      }),
      // The server's hour too, which is cut short.
      ...(signal === "own" && abort !== "never" && !cooldown && { maxRetryAfter: AN_HOUR }),
      ...(chance(0.2) && { codes: { 404: true, 500: false, "5xx": true, ECONNRESET: chance(0.5) } }),
      ...(chance(0.1) && { classify: async () => undefined }),
      ...(longWait === "before a retry" && { backoff: () => AN_HOUR }),
      random: dice.random,
    },
    shares: [
      ...(chance(0.3) ? (["budget"] as const) : []),
      ...(cooldown ? [pick(["cooldown", "keyed cooldown"] as const)] : []),
    ],
    signal,
    longWait,
    abort,
    onRetry: pick(["quick", "quick", "quick", "quick", "slow", "throws"] as const),
    use: pick(["read", "read", "read some", "cancel", "leave"] as const),
  };
}
