// Providers beside each other, beside options of the caller's own, and beside what calls share.

import { createCooldown, HttpError, requestWithRetry, withRetry } from "request-with-retry";
import * as providers from "request-with-retry/providers";
import {
  anthropic,
  aws,
  azure,
  cloudflare,
  discord,
  github,
  google,
  notion,
  oauthDeviceFlow,
  openai,
  openrouter,
  shopify,
  slack,
  stripe,
} from "request-with-retry/providers";
import { expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

/** A fetch that gives these answers, and then a plain one. */
function answering(...answers: Response[]): { fetch: typeof fetch; calls: () => number } {
  let calls = 0;
  return { fetch: async () => answers[calls++] ?? Response.json({ ok: true }), calls: () => calls };
}

const post = { method: "POST", body: "{}" };

test("two tables become one", async () => {
  const options = { ...openai, codes: { ...cloudflare.codes, ...openai.codes }, clock: virtualClock() };
  const retried = answering(new Response(null, { status: 409 }));
  expect((await withRetry(retried.fetch, options)("https://api.example.com/")).status).toBe(200);
  const refused = answering(new Response(null, { status: 526 }));
  expect((await withRetry(refused.fetch, options)("https://api.example.com/")).status).toBe(526);
});

test("two providers that read answers are asked one after the other", async () => {
  const classify: typeof slack.classify = async (outcome) =>
    (await slack.classify(outcome)) ?? github.classify(outcome);
  const { fetch, calls } = answering(
    Response.json({ ok: false, error: "ratelimited" }),
    new Response(null, { status: 403, headers: { "retry-after": "1" } }),
  );
  await withRetry(fetch, { codes: slack.codes, classify, clock: virtualClock() })("https://api.example.com/");
  expect(calls()).toBe(3);
});

test("a provider that finds nothing leaves the word to the one that is asked next", async () => {
  // What only that one reads.
  const answers = [
    [discord, 429, { "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "7" }, {}],
    [aws, 429, { "x-amz-retry-after": "7000" }, {}],
    [
      openrouter,
      402,
      { "retry-after": "7" },
      { error: { metadata: { limit_source: "openrouter_in_flight_budget" } } },
    ],
    [google, 403, { "retry-after": "7" }, { error: { errors: [{ reason: "rateLimitExceeded" }] } }],
  ] as const;
  for (const [next, status, headers, body] of answers) {
    for (const first of [anthropic, aws, azure, discord, google, openai, openrouter, shopify]) {
      const waits: number[] = [];
      await withRetry(answering(Response.json(body, { status, headers })).fetch, {
        codes: { openrouter_in_flight_budget: true, rateLimitExceeded: true },
        classify: async (outcome, context) =>
          (await first.classify(outcome, context)) ?? next.classify(outcome, context),
        random: () => 0,
        clock: virtualClock(),
        onRetry: ({ delay }) => void waits.push(delay),
      })("https://api.example.com/");
      expect(waits, JSON.stringify([first, next])).toEqual([7000]);
    }
  }
});

test("the caller's own codes stand above a provider's", async () => {
  const daily = {
    error: { errors: [{ domain: "usageLimits", reason: "dailyLimitExceeded", message: "No" }], code: 403 },
  };
  const codes = { ...google.codes, dailyLimitExceeded: true };
  const { fetch, calls } = answering(Response.json(daily, { status: 403 }));
  await withRetry(fetch, { ...google, codes, clock: virtualClock() })("https://api.example.com/");
  expect(calls()).toBe(2);
});

test("the code that a provider found is that of the HttpError", async () => {
  const body = {
    error: { errors: [{ reason: "dailyLimitExceeded", message: "No" }], code: 403, message: "No" },
  };
  const error = await requestWithRetry(() => Response.json(body, { status: 403 }), { ...google }).catch(
    (e) => e,
  );
  expect(error).toBeInstanceOf(HttpError);
  expect(error.code).toBe("dailyLimitExceeded");
  expect(error.message).toBe("Request failed with status 403 (dailyLimitExceeded): No");
});

test("the reason that Google names stands before the status of its RPC, in the HttpError too", async () => {
  const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }];
  const body = { error: { code: 400, status: "INVALID_ARGUMENT", message: "API key not valid.", details } };
  const call = requestWithRetry(() => Response.json(body, { status: 400 }), { ...google });
  await expect(call).rejects.toMatchObject({ status: 400, code: "API_KEY_INVALID" });
});

test("an answer without a code has none in the HttpError", async () => {
  for (const [name, provider] of Object.entries(providers)) {
    for (const status of [400, 402, 429]) {
      const call = requestWithRetry(() => new Response("No", { status }), { ...provider, maxRetries: 0 });
      await expect(call, name).rejects.toMatchObject({ status, code: undefined });
    }
  }
});

test("a POST that may be repeated only if nothing was done is repeated where the API only slows down", async () => {
  for (const [provider, answer, repeated] of [
    [slack, () => Response.json({ ok: false, error: "ratelimited" }), true],
    [slack, () => Response.json({ ok: false, error: "internal_error" }), false],
    [github, () => new Response(null, { status: 403, headers: { "retry-after": "1" } }), true],
    [github, () => new Response(null, { status: 403, headers: { "x-ratelimit-remaining": "0" } }), true],
    [notion, () => Response.json({ code: "service_overload" }, { status: 529 }), true],
    [notion, () => new Response(null, { status: 500 }), false],
    [stripe, () => new Response(null, { status: 409 }), false],
  ] as const) {
    const { fetch, calls } = answering(answer());
    const options = { ...provider, nonIdempotent: "never", clock: virtualClock() } as const;
    await withRetry(fetch, options)("https://api.example.com/", post);
    expect(calls(), JSON.stringify(provider)).toBe(repeated ? 2 : 1);
  }
});

test("a cooldown is told of a limit that came with a 200", async () => {
  const clock = virtualClock();
  const cooldown = createCooldown({ clock });
  const { fetch } = answering(
    Response.json({ ok: false, error: "ratelimited" }, { headers: { "retry-after": "10" } }),
  );
  const retryingFetch = withRetry(fetch, { ...slack, cooldown, clock });
  await retryingFetch("https://slack.com/api/chat.postMessage", post);
  expect(clock.now()).toBeGreaterThanOrEqual(10_000);
});

test("the device flow asks more slowly each time it is told to, and goes on for as long as it takes", async () => {
  const pending = (): Response => Response.json({ error: "authorization_pending" }, { status: 400 });
  const slower = (): Response => Response.json({ error: "slow_down" }, { status: 400 });
  const down = (): Response => new Response(null, { status: 503 });
  const waits: number[] = [];
  const answers = [
    pending(),
    pending(),
    slower(),
    pending(),
    slower(),
    pending(),
    down(),
    down(),
    down(),
    pending(),
  ];
  const { fetch } = answering(...answers, slower(), down());
  const poll = withRetry(fetch, {
    ...oauthDeviceFlow,
    clock: virtualClock(),
    onRetry: ({ delay }) => void waits.push(delay),
  });
  await poll("https://id.example.com/token", post);
  expect(waits.map((ms) => ms / 1000)).toEqual([5, 5, 10, 10, 15, 15, 30, 60, 60, 60, 65, 65]);
});

test("the device flow asks again after a connection that broke", async () => {
  let calls = 0;
  const poll = withRetry(
    async () => {
      if (++calls === 1) throw Object.assign(new Error("broken"), { code: "ECONNRESET" });
      return new Response("token");
    },
    { ...oauthDeviceFlow, clock: virtualClock() },
  );
  expect(await (await poll()).text()).toBe("token");
});

test("the device flow keeps its interval at the gate of a cooldown too (RFC 8628, section 3.5)", async () => {
  const clock = virtualClock();
  const words = ["authorization_pending", "slow_down", "authorization_pending", "authorization_pending"];
  const polled: number[] = [];
  const poll = withRetry(
    async (_url: string, _init: RequestInit) => {
      polled.push(clock.now());
      const error = words.shift();
      return error ? Response.json({ error }, { status: 400 }) : Response.json({});
    },
    { ...oauthDeviceFlow, clock, cooldown: createCooldown({ clock, random: () => 0.1 }) },
  );
  await poll("https://id.example.com/token", post);
  const gaps = polled.slice(1).map((moment, i) => moment - (polled[i] as number));
  expect(gaps).toEqual([5000, 10_000, 10_000, 10_000]);
});
