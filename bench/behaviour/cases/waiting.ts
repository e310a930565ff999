/** How long it waits. */

import type { Script } from "../../../test/server/loopback-server.ts";
import type { Case, Finding } from "../case.ts";
import { count, outcome, waited } from "../finding.ts";
import type { Trial } from "../trial.ts";

const YEAR = 31_536_000;

export const waiting: readonly Case[] = [
  {
    name: "Retry-After in seconds is not undercut, on a 429",
    basis: "RFC 6585, 4",
    needs: "response",
    async run({ call }) {
      const { server } = await call([{ status: 429, headers: { "retry-after": "1" } }, { body: "ok" }]);
      return waited(server, 1000);
    },
  },
  {
    name: "Retry-After in seconds is not undercut, on a 503",
    basis: "RFC 9110, 10.2.3",
    needs: "response",
    async run({ call }) {
      const { server } = await call([{ status: 503, headers: { "retry-after": "1" } }, { body: "ok" }]);
      return waited(server, 1000);
    },
  },
  {
    name: "Retry-After as an HTTP-date is not undercut",
    basis: "RFC 9110, 10.2.3",
    needs: "retry-after",
    run: (trial) => waitedUntil(trial, 503, (date) => ({ "retry-after": date.toUTCString() })),
  },
  {
    name: "… in the old form of RFC 850 too",
    basis: "RFC 9110, 5.6.7",
    needs: "retry-after",
    run: (trial) => waitedUntil(trial, 503, (date) => ({ "retry-after": rfc850(date) })),
  },
  {
    name: "… in the old form of asctime too, which is in GMT wherever the client is",
    basis: "RFC 9110, 5.6.7",
    needs: "retry-after",
    run: (trial) => waitedUntil(trial, 503, (date) => ({ "retry-after": asctime(date) })),
  },
  {
    name: "When nothing remains of a rate limit, it waits for X-RateLimit-Reset",
    basis: "GitHub REST API, rate limits",
    needs: "response",
    run: (trial) =>
      waitedUntil(trial, 429, (date) => ({
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(date.getTime() / 1000),
      })),
  },
  {
    name: "A Retry-After that makes no sense does not do away with the wait",
    basis: "RFC 9110, 10.2.3",
    needs: "retry-after",
    async run({ call }) {
      const { server } = await call([{ status: 503, headers: { "retry-after": "-1" } }, { body: "ok" }], {
        delay: 200,
      });
      return waited(server, 200);
    },
  },
  {
    name: "A wait of a year is neither slept through nor cut short, with a limit for the whole call where there is one",
    basis: "RFC 9110, 10.2.3",
    needs: "retry-after",
    async run({ call }) {
      const step = { status: 503, headers: { "retry-after": String(YEAR) } };
      const { server, ending } = await call([step], { totalTimeout: 1000, patience: 2000 });
      const [first, second] = server.requests;
      if (first && second) return `asked again after ${(second.at - first.at).toFixed(0)} ms`;
      return outcome(ending) === "no end" ? "still waiting" : undefined;
    },
  },
  {
    name: "There is no wait after the last failure",
    async run({ call }) {
      const { server, ending } = await call([{ status: 503 }], { retries: 1, delay: 1000 });
      const last = server.requests.at(-1)?.at ?? Number.NaN;
      const late = ending.at - last;
      return late < 700 ? undefined : `ended ${late.toFixed(0)} ms after it`;
    },
  },
  {
    name: "As many retries as asked for are made, no more and no fewer",
    async run({ call }) {
      const { server } = await call([{ status: 503 }], { retries: 3 });
      return server.requests.length === 4 ? undefined : `${count(server.requests.length, "request")} of 4`;
    },
  },
];

/** Whether the server is left alone until a full second that is one to two seconds away. */
async function waitedUntil(
  { call }: Trial,
  status: number,
  headers: (until: Date) => Record<string, string>,
): Promise<Finding> {
  let until = Number.NaN;
  let again = Number.NaN;
  const script: Script = ({ number }) => {
    if (number === 1) {
      until = (Math.floor(Date.now() / 1000) + 2) * 1000;
      return { status, headers: headers(new Date(until)) };
    }
    again = Date.now();
    return { body: "ok" };
  };
  await call(script);
  if (Number.isNaN(again)) return "not retried";
  return again >= until - 2 ? undefined : `${until - again} ms too early`;
}

const dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** `Sunday, 06-Nov-94 08:49:37 GMT` */
function rfc850(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${dayNames[date.getUTCDay()]}, ${day}-${month}-${year?.slice(2)} ${time} GMT`;
}

/** `Sun Nov  6 08:49:37 1994` */
function asctime(date: Date): string {
  const [weekday, , month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${String(date.getUTCDate()).padStart(2)} ${time} ${year}`;
}
