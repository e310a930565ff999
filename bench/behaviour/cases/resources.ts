/** What is held on to, and what a hostile answer can do. */

import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../../../test/server/loopback-server.ts";
import type { Case, Finding } from "../case.ts";
import { asked, count, outcome, statusOf } from "../finding.ts";
import type { Ending } from "../trial.ts";

/** For an attempt, in ms, of those that have such a limit. */
const LIMIT = 1000;

export const resources: readonly Case[] = [
  {
    name: "Responses that nobody reads hold no connections: two at most, after ten failures with 64 KiB each",
    basis: "undici, “Garbage Collection”",
    needs: "response",
    async run({ call }) {
      const failures = Array.from({ length: 10 }, (): Step => ({ status: 503, body: 65_536 }));
      const { server, ending } = await call([...failures, { body: "ok" }], { retries: 10, delay: 0 });
      await ending.response?.text();
      const { openConnections } = server;
      return openConnections <= 2 ? undefined : count(openConnections, "connection");
    },
  },
  {
    name: "An error body without end does not hang the call",
    async run(trial) {
      const { ending } = await trial.call([{ status: 503, endless: true, everyMs: 10 }, { body: "ok" }], {
        ...(trial.peer.limitsAttempts && { attemptTimeout: LIMIT }),
        patience: 4000,
      });
      return ended(ending);
    },
  },
  {
    name: "An error body that stops halfway does not hang the call",
    async run(trial) {
      const body = { error: { message: "Overloaded" } };
      const { ending } = await trial.call([{ status: 503, body, stall: true }, { body: "ok" }], {
        ...(trial.peer.limitsAttempts && { attemptTimeout: LIMIT }),
        patience: 4000,
      });
      return ended(ending);
    },
  },
  {
    name: "An error body that breaks off does not hide its status",
    async run({ peer, call }) {
      const broken: Step = { status: 404, body: { error: { message: "No such thing" } }, fault: "cut-body" };
      const { server, ending } = await call([broken, { body: "ok" }]);
      const told = statusOf(peer, ending) === 404 || String(ending.error).includes("404");
      return asked(server, 1) ?? (told ? undefined : outcome(ending));
    },
  },
  {
    name: "No listener is left on the signal",
    alone: true,
    async run({ call }) {
      const { signal } = new AbortController();
      for (let i = 0; i < 5; i++) {
        const { ending } = await call([{ status: 503 }, { body: "ok" }], { signal });
        await ending.response?.text();
      }
      // Node's fetch leaves its own to the garbage collector.
      for (let i = 0; i < 10 && getEventListeners(signal, "abort").length > 0; i++) {
        globalThis.gc?.();
        await sleep(20);
      }
      const left = getEventListeners(signal, "abort").length;
      return left === 0 ? undefined : count(left, "listener");
    },
  },
  {
    name: "No timer is left when a call ends during its wait: the process can exit",
    alone: true,
    async run({ begin }) {
      const controller = new AbortController();
      const before = timers();
      const { server, ending } = await begin([{ status: 503, headers: { "retry-after": "30" } }], {
        delay: 30_000,
        signal: controller.signal,
        patience: 3000,
      });
      await server.until(() => server.requests.length === 1);
      await sleep(150);
      controller.abort();
      if (outcome(await ending) === "no end") return { notApplicable: "its wait does not end" };
      await server.close();
      await sleep(50);
      const left = timers() - before;
      return left <= 0 ? undefined : count(left, "timer");
    },
  },
];

function ended(ending: Ending): Finding {
  return outcome(ending) === "no end" ? "hangs" : undefined;
}

/** Those that keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
