// Every example in the README and in the docstrings is compiled and run; the tables say what the code says.

import { existsSync, readFileSync } from "node:fs";
import { defaultCodes } from "request-with-retry";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { entryPoints } from "./entry-points.ts";
import { apis, responseOf } from "./providers/answers.ts";
import { compile, folderOf, run, type Snippet, snippets, textsWithSnippets } from "./snippets.ts";

const root = new URL("..", import.meta.url);

const all = snippets();
const ours = all.filter((snippet) => folderOf(snippet) === "");

test("every example has a folder that has all that it imports, and so runs it", () => {
  expect(all.filter((snippet) => folderOf(snippet) === undefined)).toEqual([]);
});

test("all code in the README and in docstrings is an example, fenced so that it is run", () => {
  for (const [file, text] of textsWithSnippets()) {
    const fences = Array.from(text.matchAll(/^.*(?:```|~~~).*$/gm), ([line]) => line.replace(/^[ *]*/, ""));
    const opening = fences.filter((_, i) => i % 2 === 0);
    const isReadme = file === "README.md";
    for (const fence of opening)
      expect(isReadme ? ["```ts", "```js", "```sh"] : ["```ts"], file).toContain(fence);
    const found = all.filter(({ name }) => name.startsWith(`${file}:`));
    expect(found, file).toHaveLength(opening.filter((fence) => fence !== "```sh").length);
    // Without a fence it would look like code all the same.
    const examples = text.match(/@example/g)?.length ?? 0;
    expect(text.match(/@example.*\n[ *]*```ts$/gm)?.length ?? 0, file).toBe(examples);
  }
});

test.each(entryPoints)("there is an example of every public function of $name", async ({ name }) => {
  const code = all.map((snippet) => snippet.code).join("\n");
  for (const [exported, value] of Object.entries(await import(name))) {
    const imported = new RegExp(`^import \\{.*\\b${exported}\\b.*\\} from "${name}"`, "m");
    if (typeof value === "function") expect(code, exported).toMatch(imported);
  }
});

test("there is an example of every provider, on a host of its own", () => {
  for (const { provider, host } of apis.filter(({ provider }) => provider)) {
    const examples = ours.filter(
      ({ code }) => code.includes(`...${provider}`) && code.includes(`//${host}/`),
    );
    expect(examples.length, provider).toBeGreaterThan(0);
  }
});

test("every example compiles", () => {
  expect(compile(ours, "")).toBe("");
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/**
 * The API that the examples speak to: each path fails in its own way, or not at all. A provider's own host fails once,
 * as that API does.
 */
function exampleFetch() {
  const calls = new Map<string, number>();
  const error = (status: number, code: string, headers: Record<string, string> = {}): Response =>
    Response.json({ error: { message: `This is ${code}.`, type: "api_error", code } }, { status, headers });
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { hostname, pathname } = new URL(request.url);
    const call = (calls.get(pathname) ?? 0) + 1;
    calls.set(pathname, call);
    request.signal.throwIfAborted();
    const api = apis.find(({ host }) => host === hostname);
    const failing = api?.answers.find(({ verdict }) => verdict === "retried");
    if (failing && call === 1) return responseOf(failing);
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
  const modules: Record<string, object> = {};
  for (const name of snippet.imports) modules[name] = await import(/* @vite-ignore */ name);
  let over = false;
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

test.each(["README.md", ".github/SECURITY.md"])("every link in %s leads somewhere", (file) => {
  const url = new URL(file, root);
  const links = readFileSync(url, "utf8").matchAll(/\]\((?!https?:)([^)]*?)(?:#([^)]+))?\)/g);
  for (const [link, path = "", heading] of links) {
    const target = path === "" ? url : new URL(path, url);
    expect(existsSync(target), link).toBe(true);
    if (heading) expect(headings(readFileSync(target, "utf8")), link).toContain(heading);
  }
});

/** As they are named in a link. */
function headings(markdown: string): string[] {
  const titles = Array.from(markdown.matchAll(/^#+ (.+)$/gm), ([, title = ""]) => title.toLowerCase());
  return titles.map((title) => title.replace(/[^\w\- ]/g, "").replaceAll(" ", "-"));
}

test("the README's table of codes has every row of defaultCodes", () => {
  for (const [code, entry] of Object.entries(defaultCodes)) {
    const row = readme.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${code}\``));
    const retryable = typeof entry === "boolean" ? entry : entry.retryable;
    expect(row, `no row for ${code}`).toBeDefined();
    expect(row, code).toMatch(retryable ? /\| yes \|/ : /\| no \|/);
    if (typeof entry === "object" && /^\d/.test(code)) expect(row).toContain(entry.fix);
  }
});

test("the README's table of runtimes is that of the last run", () => {
  const results = readFileSync(new URL("test/runtime/RESULTS.md", root), "utf8");
  const [summary] = results.match(/(?:^\|.*\n)+/m) ?? [];
  expect(summary).toContain("| Firefox |");
  expect(readme).toContain(summary);
});

test("the README names every option, every jitter and every reason for stopping", () => {
  const named = (file: string, pattern: RegExp): string[] =>
    Array.from(readFileSync(new URL(file, root), "utf8").matchAll(pattern), ([, name = ""]) => name);
  const options = named("src/options.ts", /^ {2}readonly (\w+)\?:/gm);
  const jitters = named("src/policy/backoff.ts", /^ \* \| `("[a-z]+")` \|/gm);
  const reasons = named("src/policy/decide.ts", /^ \* - `([a-z-]+)`/gm);
  expect(options.length).toBeGreaterThan(15);
  expect(jitters).toContain('"full"');
  expect(reasons).toContain("not-retryable");
  for (const name of [...options, ...jitters, ...reasons]) expect(readme, name).toContain(`\`${name}\``);
});
