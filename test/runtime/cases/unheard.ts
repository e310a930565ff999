// Nothing is rejected without anybody who hears of it.

import { assert } from "chai";
import type { Case } from "../case.ts";

const unheard: unknown[] = [];
type Listen = (type: string, listener: (event: { reason: unknown; preventDefault(): void }) => void) => void;

/** To be called before the first case. */
export function listenForUnheard(): void {
  const { process, addEventListener } = globalThis as {
    process?: NodeJS.Process;
    addEventListener?: Listen;
  };
  if (process) process.on("unhandledRejection", (reason) => unheard.push(reason));
  else {
    addEventListener?.("unhandledrejection", (event) => {
      event.preventDefault();
      unheard.push(event.reason);
    });
  }
}

/** Looks back at all cases before it; a rejection of its own shows that it would have heard of others. */
export const nothingUnheard: Case = {
  name: "in all of these, no rejection went unheard",
  async run() {
    const own = new Error("of the test's own");
    Promise.reject(own);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(unheard, [own]);
  },
};
