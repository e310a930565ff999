/** What an abort does. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Case } from "../case.ts";
import { asked, outcome } from "../finding.ts";

/** Longer than any case takes: the base of the backoff, and asked for by the server too. */
const LONG = { delay: 30_000, step: { status: 503, headers: { "retry-after": "30" } } };
const AT_ONCE = 1500;

export const cancelling: readonly Case[] = [
  {
    name: "An abort during the wait ends the call at once",
    basis: "DOM standard, 3.3",
    async run({ begin }) {
      const controller = new AbortController();
      const { server, ending } = await begin([LONG.step], {
        delay: LONG.delay,
        signal: controller.signal,
        patience: 3000,
      });
      await server.until(() => server.requests.length === 1);
      await sleep(150);
      const aborted = performance.now();
      controller.abort();
      const { at, ...end } = await ending;
      if (outcome({ at, ...end }) === "no end") return "waits on";
      return at - aborted < AT_ONCE ? undefined : `${(at - aborted).toFixed(0)} ms later`;
    },
  },
  {
    name: "An abort during an attempt ends the call at once, and nothing is sent again",
    basis: "DOM standard, 3.3",
    async run({ begin }) {
      const controller = new AbortController();
      const { server, ending } = await begin([{ fault: "hang" }], {
        delay: LONG.delay,
        signal: controller.signal,
        patience: 3000,
      });
      await server.until(() => server.requests.length === 1);
      await sleep(50);
      controller.abort();
      if (outcome(await ending) === "no end") return "waits on";
      await sleep(100);
      return asked(server, 1);
    },
  },
  {
    name: "A call that is aborted rejects with the signal's own reason, or names it as the cause",
    basis: "DOM standard, 3.3",
    async run({ begin }) {
      const controller = new AbortController();
      const reason = new Error("The user went away");
      const { server, ending } = await begin([{ fault: "hang" }], {
        signal: controller.signal,
        patience: 3000,
      });
      await server.until(() => server.requests.length === 1);
      controller.abort(reason);
      const { error, ...end } = await ending;
      const given = error === reason || (error instanceof Error && error.cause === reason);
      return given ? undefined : outcome({ error, ...end });
    },
  },
  {
    name: "A signal that is aborted already sends nothing",
    basis: "DOM standard, 3.3",
    async run({ call }) {
      const { server, ending } = await call([{ body: "ok" }], { signal: AbortSignal.abort() });
      return asked(server, 0) ?? (ending.response ? outcome(ending) : undefined);
    },
  },
  {
    name: "An abort still ends the reading of the body of a success",
    basis: "Fetch standard, 5.6",
    async run({ begin }) {
      const controller = new AbortController();
      const { ending } = await begin([{ status: 503 }, { body: 1000, stall: true }], {
        signal: controller.signal,
        patience: 5000,
      });
      const read = ending
        .then(({ response }) => response?.text())
        .then(
          () => "ended",
          () => "ended",
        );
      // Past the first wait of all of them.
      await sleep(800);
      controller.abort();
      return Promise.race([read.then(() => undefined), sleep(AT_ONCE, "reads on")]);
    },
  },
];
