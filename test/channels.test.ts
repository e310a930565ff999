import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import {
  type Attempt,
  type CooldownEvent,
  createCooldown,
  type GiveUpEvent,
  type RetryEvent,
  type RetryOptions,
  requestWithRetry,
  withRetry,
} from "request-with-retry";
import { afterEach, expect, test, vi } from "vitest";
import { virtualClock } from "./virtual-clock.ts";

const listening: [name: string, listen: (message: unknown) => void][] = [];
afterEach(() => {
  for (const [name, listen] of listening.splice(0)) unsubscribe(name, listen);
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** What is published on `request-with-retry:NAME` from now on. */
function heard<T>(name: string): T[] {
  const messages: T[] = [];
  const listen = (message: unknown): void => void messages.push(message as T);
  subscribe(`request-with-retry:${name}`, listen);
  listening.push([`request-with-retry:${name}`, listen]);
  return messages;
}

function scripted(...statuses: number[]): () => Response {
  return () => new Response(null, { status: statuses.shift() ?? 200 });
}

const options = (): RetryOptions => ({ clock: virtualClock(), random: () => 0, maxRetries: 1 });

test("the attempts of a call are published, those that the request gets", async () => {
  const attempts = heard<Attempt>("attempt");
  const given: Attempt[] = [];
  const request = scripted(503, 200);
  await requestWithRetry((attempt) => {
    given.push(attempt);
    return request();
  }, options());
  const fetch = async (_url: string): Promise<Response> => scripted()();
  await withRetry(fetch)("http://localhost/");
  expect(attempts.map(({ number }) => number)).toEqual([1, 2, 1]);
  expect(attempts[0]).toBe(given[0]);
  expect(attempts[1]).toBe(given[1]);
});

test("retries and give-ups are published, the same objects that the hooks get", async () => {
  const retries = heard<RetryEvent>("retry");
  const givenUp = heard<GiveUpEvent>("give-up");
  const hooked: object[] = [];
  const hook = (event: object): void => void hooked.push(event);
  await requestWithRetry(scripted(503, 502), { ...options(), onRetry: hook, onGiveUp: hook }).catch(() => {});
  expect(hooked).toHaveLength(2);
  expect(retries[0]).toBe(hooked[0]);
  expect(givenUp[0]).toBe(hooked[1]);
});

test("retries and give-ups are published without any hook", async () => {
  const retries = heard<RetryEvent>("retry");
  const givenUp = heard<GiveUpEvent>("give-up");
  await requestWithRetry(scripted(503, 404), options()).catch(() => {});
  expect(retries).toEqual([{ attempt: 1, delay: 1000, because: "503", retryAfter: undefined, elapsed: 0 }]);
  expect(givenUp).toEqual([{ attempts: 2, reason: "not-retryable", because: "404", elapsed: 1000 }]);
});

test("waits at the gate of a cooldown are published", async () => {
  const clock = virtualClock();
  const waits = heard<CooldownEvent>("cooldown");
  const hooked: CooldownEvent[] = [];
  const limited = new Response(null, { status: 429, headers: { "retry-after": "3" } });
  const responses = [limited];
  await requestWithRetry(() => responses.shift() ?? new Response(), {
    clock,
    cooldown: createCooldown({ clock }),
    onCooldown: (event) => void hooked.push(event),
  });
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBe(hooked[0]);
  expect(waits[0]).toMatchObject({ attempt: 2 });
});

test("an elapsed time counts from the first failure for whoever began to listen after the call began", async () => {
  const clock = virtualClock();
  let retries: RetryEvent[] | undefined;
  const request = async (): Promise<Response> => {
    await clock.sleep(500);
    retries ??= heard<RetryEvent>("retry");
    return new Response(null, { status: 503 });
  };
  await requestWithRetry(request, { clock, random: () => 0, maxRetries: 2 }).catch(() => {});
  expect(retries?.map(({ elapsed }) => elapsed)).toEqual([0, 1500]);
});

test("a listener that throws does not touch the call", async () => {
  const uncaught = vi.fn();
  process.once("uncaughtException", uncaught);
  const listen = (): never => {
    throw new Error("mine");
  };
  subscribe("request-with-retry:retry", listen);
  listening.push(["request-with-retry:retry", listen]);
  const response = await requestWithRetry(scripted(503, 200), options());
  expect(response.status).toBe(200);
  await vi.waitFor(() => expect(uncaught).toHaveBeenCalledTimes(1));
});

test("a logger that prints an event prints no URL", async () => {
  const events: object[] = [];
  const collect = (event: object): void => void events.push(event);
  const response = (): Response =>
    Object.defineProperty(new Response(null, { status: 503 }), "url", { value: "http://h/?key=secret" });
  await requestWithRetry(response, { ...options(), onRetry: collect, onGiveUp: collect }).catch(() => {});
  expect(events).toHaveLength(2);
  expect(inspect(events, { depth: 9 }) + JSON.stringify(events)).not.toContain("secret");
});

test.each([
  ["no process", undefined],
  ["a process without built-in modules", {}],
  ["a process that knows no such module", { getBuiltinModule: () => undefined }],
])("nothing is published, and nothing breaks, in a runtime with %s", async (_name, process) => {
  vi.stubGlobal("process", process);
  vi.resetModules();
  const { requestWithRetry } = await import("request-with-retry");
  const onRetry = vi.fn();
  const response = await requestWithRetry(scripted(503, 200), { ...options(), onRetry });
  expect(response.status).toBe(200);
  expect(onRetry).toHaveBeenCalledTimes(1);
});
