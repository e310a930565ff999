// Every example in the README and in the docstrings is compiled and run; the tables say what the code says.

import { execFileSync } from "node:child_process";
import * as diagnosticsChannel from "node:diagnostics_channel";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as library from "request-with-retry";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { run, type Snippet, snippets } from "./snippets.ts";

const root = new URL("..", import.meta.url);

// What imports an SDK is run where that is installed: in test/sdk.
const ours = snippets().filter(({ imports }) =>
  imports.every((name) => name === "request-with-retry" || name.startsWith("node:")),
);

test("there are examples, of every public function", () => {
  const code = ours.map((snippet) => snippet.code).join("\n");
  for (const [name, value] of Object.entries(library)) {
    if (typeof value === "function")
      expect(code, name).toContain(`${name}(`.replace("HttpError(", "HttpError"));
  }
});

test("every example compiles", () => {
  const folder = new URL("node_modules/.cache/snippets/", root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [i, { code, name }] of ours.entries()) {
    const file = `${i}-${name.replace(/\W+/g, "-")}.ts`;
    writeFileSync(new URL(file, folder), `${code}\nexport {};\n`);
  }
  const config = {
    extends: "../../../tsconfig.json",
    include: ["*.ts"],
    exclude: [],
    compilerOptions: {
      isolatedDeclarations: false,
      declaration: false,
      paths: { "request-with-retry": ["../../../src/index.ts"] },
    },
  };
  writeFileSync(new URL("tsconfig.json", folder), JSON.stringify(config));
  const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const errors = (): string => {
    try {
      return execFileSync(process.execPath, [tsc, "-p", fileURLToPath(folder)], { encoding: "utf8" });
    } catch (error) {
      return String((error as { stdout: unknown }).stdout);
    }
  };
  expect(errors()).toBe("");
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The API that the examples speak to: each path fails in its own way, or not at all. */
function exampleFetch() {
  const calls = new Map<string, number>();
  const error = (status: number, code: string, headers: Record<string, string> = {}): Response =>
    Response.json({ error: { message: `This is ${code}.`, type: "api_error", code } }, { status, headers });
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const call = (calls.get(pathname) ?? 0) + 1;
    calls.set(pathname, call);
    request.signal.throwIfAborted();
    if (pathname === "/no-credits") return error(402, "insufficient_credits");
    if (pathname === "/down") return error(503, "overloaded");
    if (pathname === "/private" && request.headers.get("authorization") !== "Bearer new")
      return error(401, "expired");
    if (pathname === "/job" && call < 3) return new Response(null, { status: 202 });
    if (pathname === "/slack" && call < 2) return Response.json({ ok: false, error: "ratelimited" });
    if (pathname === "/flaky" && call < 3)
      return call === 1
        ? error(503, "overloaded")
        : error(429, "rate_limit_exceeded", { "retry-after": "2" });
    return Response.json({ ok: true });
  };
}

async function runToEnd(snippet: Snippet): Promise<void> {
  const globals = {
    fetch: exampleFetch(),
    console: { log() {}, warn() {}, error() {} },
    refreshToken: async () => "new",
  };
  let over = false;
  const modules = { "request-with-retry": library, "node:diagnostics_channel": diagnosticsChannel };
  const running = run(snippet, globals, modules, (actual, expected) =>
    expect(actual).toEqual(expected),
  ).finally(() => {
    over = true;
  });
  running.catch(() => {});
  while (!over) await vi.advanceTimersByTimeAsync(1000);
  await running;
}

test.each(ours.map((snippet) => [snippet.name, snippet] as const))(
  "the example at %s runs",
  async (_name, snippet) => {
    await runToEnd(snippet);
  },
);

const readme = readFileSync(new URL("README.md", root), "utf8");

test("the README's table of codes has every row of defaultCodes", () => {
  for (const [code, entry] of Object.entries(library.defaultCodes)) {
    const row = readme.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${code}\``));
    const retryable = typeof entry === "boolean" ? entry : entry.retryable;
    expect(row, code).toMatch(retryable ? /\| yes \|/ : /\| no \|/);
    if (typeof entry === "object" && /^\d/.test(code)) expect(row).toContain(entry.fix);
  }
});

test("the README names every option and every reason for stopping", () => {
  const options = readFileSync(new URL("src/options.ts", root), "utf8");
  const names = Array.from(options.matchAll(/^ {2}readonly (\w+)\?:/gm), ([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  const reasons = readFileSync(new URL("src/policy/decide.ts", root), "utf8").matchAll(
    /^ \* - `([a-z-]+)`/gm,
  );
  for (const name of [...names, ...Array.from(reasons, ([, name]) => name)]) {
    expect(readme, name).toContain(`\`${name}\``);
  }
});
