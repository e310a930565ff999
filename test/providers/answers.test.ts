// Each answer, through both faces: as a Response in hand, and over the wire.

import { type FetchRetryOptions, HttpError, requestWithRetry, withRetry } from "request-with-retry";
import * as providers from "request-with-retry/providers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LoopbackServer, type Script, startServer } from "../server/loopback-server.ts";
import { virtualClock } from "../virtual-clock.ts";
import { type Answer, type Api, apis, responseOf } from "./answers.ts";

const cases = apis.flatMap((api) =>
  api.answers.map(
    (answer, i) => [`${api.name}, ${i}: ${answer.status} ${answer.says ?? ""}`, api, answer] as const,
  ),
);

/** What the library made of an answer. */
interface Observed {
  verdict: Answer["verdict"];
  because: string | undefined;
  reason: string | undefined;
  wait: number | undefined;
  delay: number | undefined;
}

const byName: ReadonlyMap<string, FetchRetryOptions> = new Map(Object.entries(providers));

function optionsOf({ provider = "" }: Api): FetchRetryOptions {
  return { ...byName.get(provider) };
}

/** Hands these options to a call that meets the answer once, and then a plain success. */
async function observe(
  options: FetchRetryOptions,
  call: (options: FetchRetryOptions) => Promise<unknown>,
): Promise<Observed> {
  const seen: Observed = {
    verdict: "success",
    because: undefined,
    reason: undefined,
    wait: undefined,
    delay: undefined,
  };
  const error = await call({
    ...options,
    maxRetries: 1,
    random: () => 0,
    // Not the server's time, by which its dates are to be taken.
    clock: virtualClock(Date.parse("2026-11-22T21:00:00Z")),
    onRetry: ({ because, retryAfter, delay }) => {
      Object.assign(seen, { verdict: "retried", because, wait: retryAfter, delay });
    },
    onGiveUp: ({ because, reason }) => {
      Object.assign(seen, { verdict: "not retried", because, reason });
    },
  }).then(
    () => undefined,
    (error) => error,
  );
  if (error instanceof HttpError) seen.wait = error.retryAfter;
  else if (error) throw error;
  return seen;
}

function expected({ verdict, because, reason, wait, delay }: Answer): Observed {
  const retried = verdict === "retried";
  return {
    verdict,
    because,
    reason: verdict === "not retried" ? (reason ?? "not-retryable") : undefined,
    wait,
    delay: retried ? (delay ?? wait ?? 1000) : undefined,
  };
}

function scriptOf({ status, headers, body }: Answer): Script {
  return [
    { status, ...(headers && { headers }), ...(body !== undefined && { body }) },
    { body: { fine: true } },
  ];
}

let server: LoopbackServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const viaThunk = (answer: Answer, options: FetchRetryOptions) =>
  observe(options, ({ budget: _, ...options }) => {
    const answers = [responseOf(answer), Response.json({ fine: true })];
    return requestWithRetry(() => answers.shift() as Response, options);
  });

const viaFetch = (answer: Answer, options: FetchRetryOptions) =>
  observe(options, async (options) => {
    const { method = "GET", path = "/", status } = answer;
    server.setScript(scriptOf(answer));
    const response = await withRetry(fetch, options)(server.url + path, {
      method,
      ...(method !== "GET" && { body: "{}" }),
    });
    expect(response.bodyUsed).toBe(false);
    await response.text();
    return status;
  });

// A thunk has no method, and a Response in hand no URL.
test.each(cases.filter(([, , { method, path }]) => !method && !path))(
  "%s, through requestWithRetry",
  async (_name, api, answer) => {
    expect(await viaThunk(answer, optionsOf(api))).toEqual(expected(answer));
  },
);

test.each(cases)("%s, through withRetry, over the wire", async (_name, api, answer) => {
  // The wait of what was not retried is told only by an HttpError.
  const { wait, ...rest } = expected(answer);
  expect(await viaFetch(answer, optionsOf(api))).toEqual(
    answer.verdict === "retried" ? { wait, ...rest } : { ...rest, wait: undefined },
  );
});

test("every provider has its answers, and an example of its own", () => {
  expect(apis.flatMap(({ provider }) => provider ?? []).sort()).toEqual(Object.keys(providers).sort());
  expect(apis.filter(({ provider, host }) => (provider === undefined) !== (host === undefined))).toEqual([]);
});

test.each(apis.filter(({ provider }) => provider).map((api) => [api.name, api] as const))(
  "%s: the defaults alone would get some answer wrong",
  async (_name, api) => {
    const wrong: Answer[] = [];
    for (const answer of api.answers) {
      const { verdict, reason, wait, delay } = await viaFetch(answer, {});
      const right = expected(answer);
      if (
        verdict !== right.verdict ||
        reason !== right.reason ||
        delay !== right.delay ||
        (delay && wait !== right.wait)
      )
        wrong.push(answer);
    }
    expect(wrong).not.toEqual([]);
  },
);
