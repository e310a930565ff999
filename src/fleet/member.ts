/** One call as a member of a fleet: what it has paid from the budget, and its way through the cooldown's gate. */

import { untilAborted } from "../on-abort.ts";
import type { Clock } from "../time.ts";
import type { Cooldown, Gate, Pass, RequestSummary, Turn } from "./cooldown.ts";
import type { RetryBudget } from "./retry-budget.ts";

export interface Member {
  /** How long the gate stays closed; 0 if it is open. */
  closedFor(): number;
  /** Goes through the gate, or gets in line: then it is false, and `wait` is to follow. */
  enter(): boolean;
  /** Waits for the call's turn; false if that does not come within `ms` milliseconds. */
  wait(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<boolean>;
  /** Pays for a retry, if the budget has enough left. */
  pay(throttled: boolean): boolean;
  /** Gives back what was paid for a retry that does not happen. */
  refund(): void;
  /** What was paid for happens. */
  begin(): void;
  /** The attempt succeeded. */
  succeeded(): void;
  /** The attempt failed, but the server did not turn it away. */
  answered(): void;
  /** The server turned the attempt away, and named this wait, or 0. */
  turnedAway(wait: number, throttled: boolean): void;
  /** The attempt showed nothing of the server, or there is to be none. */
  leave(): void;
}

export function createMember(
  budget: RetryBudget | undefined,
  cooldown: Cooldown | undefined,
  request: () => RequestSummary,
): Member {
  let gate: Gate | undefined;
  let turn: Turn | undefined;
  let pass: Pass | undefined;
  let paid: number | undefined;
  let spent: number | undefined;
  return {
    // Of the gate that it went through: asking for it anew would make one where it has been forgotten.
    closedFor: () => gate?.closedFor ?? 0,
    enter() {
      gate = cooldown?.gate(request());
      const entry = gate?.enter();
      if (entry && "leave" in entry) turn = entry;
      else pass = entry;
      return turn === undefined;
    },
    async wait(ms, clock, signal) {
      const over = new AbortController();
      const ends: Promise<Pass | undefined>[] = [(turn as Turn).pass];
      try {
        if (ms < Number.POSITIVE_INFINITY) ends.push(clock.sleep(ms, over.signal).then(() => undefined));
        const first = await untilAborted(Promise.race(ends), signal);
        if (!first) return false;
        pass = first;
        turn = undefined;
        return true;
      } finally {
        over.abort();
      }
    },
    pay(throttled) {
      paid = budget?.take(throttled);
      return budget === undefined || paid !== undefined;
    },
    refund() {
      if (paid !== undefined) (budget as RetryBudget).give(paid);
      paid = undefined;
    },
    begin() {
      spent = paid;
      paid = undefined;
    },
    succeeded() {
      pass?.succeeded();
      budget?.give(spent);
    },
    answered: () => pass?.succeeded(),
    turnedAway: (wait, throttled) => pass?.failed(wait, throttled),
    leave() {
      turn?.leave();
      pass?.released();
    },
  };
}
