/** The report: every scenario, run for every strategy; tables and pictures. */

import { type Column, comparison, type Result } from "./comparison.ts";
import { answers } from "./figures.ts";
import type { History, Strategy, Variant } from "./fleet.ts";
import { number, percent, table } from "./markdown.ts";
import { type OutageFigures, outage, outageFigures, outageVariants } from "./outage.ts";
import type { Line, RatePlot } from "./plots.ts";
import {
  NO_BURST,
  type RateLimitFigures,
  rateLimit,
  rateLimitFigures,
  rateLimitVariants,
} from "./rate-limit.ts";
import { FAILURE_RATES, safety, safetyFigures, safetyVariants } from "./safety.ts";
import { stall, stallFigures, stallVariants } from "./stall.ts";

export interface Section {
  readonly text: string;
  readonly plot?: RatePlot;
}

const SEED = 1;
// Each run of A and B has some luck in it: when the waves happen to come.
const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

interface Outcome<Figures> {
  readonly results: readonly Result<Figures>[];
  /** What happened with the first seed. */
  readonly lines: readonly Line[];
}

async function runAll<Figures>(
  variants: readonly Variant<Figures>[],
  seeds: readonly number[],
  run: (strategy: Strategy, seed: number) => Promise<History>,
  read: (history: History) => Figures,
): Promise<Outcome<Figures>> {
  const results: Result<Figures>[] = [];
  const lines: Line[] = [];
  for (const { name, strategy, expected } of variants) {
    const figures: Figures[] = [];
    for (const seed of seeds) {
      const history = await run(strategy, seed);
      figures.push(read(history));
      if (seed === SEED) lines.push({ name, requests: history.requests, answers: answers(history.calls) });
    }
    results.push({ name, figures, ...(expected && { expected }) });
  }
  return { results, lines };
}

const count = (n: number): string => number(n);
const seconds = (n: number): string =>
  n === Number.POSITIVE_INFINITY ? "never" : `${number(n, n < 10 && !Number.isInteger(n) ? 1 : 0)} s`;

/** What the fleet does to the server, and how long it takes. */
const TRAFFIC: readonly Column<OutageFigures & RateLimitFigures>[] = [
  { head: "requests", of: "requests", text: count },
  { head: "peak a second", of: "peak", text: count },
  { head: "99 % served after", of: "served", text: seconds },
];

export async function outageSection(): Promise<Section> {
  const { results, lines } = await runAll(outageVariants, SEEDS, outage, outageFigures);
  return {
    text: `## A. Outage

1,000 calls in 20 processes begin within 100 ms. The server turns everything away for 60 s, then serves 100 a second
(token bucket, burst 20; 503 without a wait). Retries without limit. The peak is the fullest second after the outage;
times are counted from its end.

${comparison(results, TRAFFIC)}

With additive jitter the calls stay in waves, 30.5 s apart, and one wave more or less makes 30 s. A cooldown whose own
waits have additive jitter does the same to its processes: those that come last find the server busy with the others'
calls, and have their next turn only 30 s later.`,
    plot: {
      title: "A. Outage",
      subtitle: [
        "1,000 calls, all turned away for 60 s (grey); from then on",
        "the server serves 100 a second (dashed). Square root scale.",
      ],
      capacity: 100,
      closed: [0, 60],
      until: 140,
      bin: 1,
      lines,
      squareRoot: true,
    },
  };
}

export async function rateLimitSection(): Promise<Section> {
  const { results, lines } = await runAll(rateLimitVariants, SEEDS, rateLimit, rateLimitFigures);
  const [, ...gentle] = rateLimitVariants;
  const withoutExpected = gentle.map(({ name, strategy }) => ({ name, strategy }));
  const noBurst = await runAll(
    withoutExpected,
    SEEDS,
    (strategy, seed) => rateLimit(strategy, seed, NO_BURST),
    rateLimitFigures,
  );
  return {
    text: `## B. Rate limit

1,000 calls in 20 processes begin within 100 ms. The server serves 30 a second (token bucket, burst 30), and answers the
others with 429 and \`Retry-After: 1\`. Retries without limit. The peak leaves out the first second.

${comparison(results, TRAFFIC)}

Our cooldown needs fewer requests than the independent model's because it remembers what was too much the last time: it
does not run into the limit anew each second.

The same against a server that allows no burst, so that no two requests may come closer than 33 ms:

${comparison(noBurst.results, TRAFFIC)}`,
    plot: {
      title: "B. Rate limit",
      subtitle: [
        "1,000 calls at once against 30 a second (dashed);",
        "always Retry-After: 1. Square root scale.",
      ],
      capacity: 30,
      until: 60,
      bin: 1,
      lines,
      squareRoot: true,
    },
  };
}

export async function stallSection(): Promise<Section> {
  const { results, lines } = await runAll(stallVariants, [SEED], stall, stallFigures);
  const columns: Column<ReturnType<typeof stallFigures>>[] = [
    { head: "95 % succeed after", of: "recovery", text: seconds },
    { head: "requests per call", of: "requestsPerCall", text: (n) => number(n, 2) },
    { head: "success", of: "success", text: percent },
    { head: "mean time", of: "duration", text: seconds },
  ];
  return {
    text: `## C. Stall

70 calls a second arrive for 10 minutes, in 20 processes with a budget and a cooldown each. The server serves 100 a
second in order of arrival, with 1,000 in its queue at most, and serves those too whose clients have given up. After one
minute it stalls for another. An attempt may take 1 s; at most 3 retries. Recovery is counted from the end of the stall;
success and mean time are those of all calls, from the first minute to the last. A call that waits for a cooldown is in
no hurry, unless it has a total timeout: it counts as a success however late, and shows in the mean time.

${comparison(results, columns)}`,
    plot: {
      title: "C. Stall",
      subtitle: [
        "70 calls a second; the server serves 100 a second (dashed),",
        "and none for 60 s (grey). An attempt may take 1 s; 3 retries.",
      ],
      capacity: 100,
      closed: [60, 120],
      until: 600,
      bin: 5,
      lines,
    },
  };
}

export async function safetySection(): Promise<Section> {
  const head = ["answers that fail", ...safetyVariants.map(({ name }) => name)];
  const success: string[][] = [];
  const duration: string[][] = [];
  for (const rate of FAILURE_RATES) {
    const run = (strategy: Strategy, seed: number): Promise<History> => safety(strategy, rate, seed);
    const { results } = await runAll(safetyVariants, [SEED], run, safetyFigures);
    const figures = results.flatMap((result) => result.figures);
    const plain = figures[0]?.duration ?? Number.NaN;
    const failing = percent(rate, rate < 0.01 ? 1 : 0);
    success.push([failing, ...figures.map((each) => percent(each.success, 2))]);
    duration.push([
      failing,
      ...figures.map((each) => `${number(each.duration, 2)} s (x ${number(each.duration / plain, 2)})`),
    ]);
  }
  return {
    text: `## D. What safety costs

20 calls a second for 500 s in one process; each answer fails at random, by itself (503 without a wait). 5 retries,
additive jitter.

How many calls succeed:

${table(head, success)}

The mean time from the beginning of a call to its end, be that an answer or giving up:

${table(head, duration)}`,
  };
}
