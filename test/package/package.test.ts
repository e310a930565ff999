// The tarball as a user gets it: what is in it, whether it installs, compiles and runs elsewhere, and how large it is.

import assert from "node:assert/strict";
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { entryPoints } from "../entry-points.ts";
import { elsewhere, files, read, root, run, tarball, tool } from "./tarball.ts";

const tsc = (folder: string): string =>
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], elsewhere);

test("the tarball holds every source, what is built from it, and what is to be read, and nothing else", () => {
  const sources = globSync("**/*.ts", { cwd: join(root, "src") });
  const built = sources.flatMap((file) => {
    const stem = `dist/${file.replace(/\.ts$/, "")}`;
    return [`${stem}.js`, `${stem}.js.map`, `${stem}.d.ts`, `${stem}.d.ts.map`];
  });
  const expected = [
    ...["LICENSE", "README.md", "package.json"],
    ...sources.map((file) => `src/${file}`),
    ...built,
  ];
  assert.deepEqual(files.toSorted(), expected.sort());
});

test("every entry point is in the tarball, with its declarations and its source", () => {
  for (const { name, source, declarations } of entryPoints) {
    for (const file of [source, declarations, declarations.replace(/\.d\.ts$/, ".js")]) {
      assert.ok(files.includes(file), `${name}: ${file}`);
    }
  }
});

test("the changelog tells of this version", () => {
  const { version } = JSON.parse(read("package.json"));
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  assert.ok(changelog.includes(`\n## [${version}] - `), version);
});

test("it installs with two dependencies, and theirs", () => {
  const installed = readdirSync(join(elsewhere, "node_modules")).filter((name) => !name.startsWith("."));
  assert.deepEqual(installed.sort(), ["is-network-error", "p-retry", "request-with-retry"]);
});

test("publint finds nothing", () => {
  tool("publint", ["run", tarball, "--strict"]);
});

test("are-the-types-wrong finds nothing", () => {
  tool("attw", [tarball, "--profile", "esm-only"]);
});

const consumer = `
import { type Clock, createCooldown, createRetryBudget, HttpError, requestWithRetry, type RetryOptions, withRetry } from "request-with-retry";
import { github, notion, openai } from "request-with-retry/providers";

const options: RetryOptions = { maxRetries: 2, codes: { 408: true, "5xx": { retryable: true } }, signal: new AbortController().signal };
const response: Response = await requestWithRetry(({ signal }) => fetch("data:,ok", { signal }), options);
const own: { status: number; data: string } = await requestWithRetry(() => ({ status: 200, data: "ok" }), 3);
const wrapped: typeof fetch = withRetry(fetch, { budget: createRetryBudget(), cooldown: createCooldown() });
const github1: typeof fetch = withRetry(fetch, { ...github });
const openai1: Response = await requestWithRetry(() => fetch("data:,ok"), { ...openai, codes: { ...openai.codes, 500: false } });
const notion1: Response = await requestWithRetry(() => fetch("data:,ok"), notion);
const clock: Clock = { now: () => 0, sleep: async (_ms, _signal) => {} };
export const reason = (error: unknown): string | undefined => (error instanceof HttpError ? error.reason : undefined);
export { clock, github1, notion1, openai1, own, response, wrapped };
`;

for (const [name, libraries] of [
  ["the DOM library alone", { lib: ["ES2024", "DOM"], types: [] }],
  ["@types/node alone", { lib: ["ES2024"], types: ["node"], typeRoots: [join(root, "node_modules/@types")] }],
] as const) {
  for (const [module, moduleResolution] of [
    ["NodeNext", "NodeNext"],
    ["ESNext", "Bundler"],
  ]) {
    test(`its declarations compile under ${name}, with ${moduleResolution} resolution`, () => {
      const folder = join(elsewhere, `${name} ${moduleResolution}`.replace(/\W+/g, "-"));
      mkdirSync(folder);
      writeFileSync(join(folder, "consumer.mts"), consumer);
      const compilerOptions = {
        ...libraries,
        module,
        moduleResolution,
        target: "ES2024",
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
      tsc(folder);
    });
  }
}

const program = `requestWithRetry(() => fetch("data:,ok")).then(async (response) => console.log(await response.text()));`;

test("it runs in JavaScript with import", () => {
  writeFileSync(
    join(elsewhere, "a.mjs"),
    `import { requestWithRetry } from "request-with-retry";\n${program}`,
  );
  assert.equal(run(process.execPath, ["a.mjs"], elsewhere), "ok\n");
});

for (const { name } of entryPoints) {
  test(`${name} can be imported, or says which optional peer it misses`, () => {
    const { peerDependenciesMeta = {} } = JSON.parse(read("package.json"));
    const code = `await import(${JSON.stringify(name)}).catch(({ code, message }) => console.log(code, message));`;
    const said = run(process.execPath, ["--input-type=module", "-e", code], elsewhere);
    if (said === "") return;
    const missing = /^ERR_MODULE_NOT_FOUND Cannot find package '(.+?)'/.exec(said)?.[1] ?? said;
    assert.equal(peerDependenciesMeta[missing]?.optional, true, said);
  });
}

test("it runs in JavaScript with require", () => {
  writeFileSync(
    join(elsewhere, "a.cjs"),
    `const { requestWithRetry } = require("request-with-retry");\n${program}`,
  );
  assert.equal(run(process.execPath, ["a.cjs"], elsewhere), "ok\n");
});

test("it runs in TypeScript, as Node runs it", () => {
  const code = `import { type RetryOptions, requestWithRetry } from "request-with-retry";\nconst o: RetryOptions = {};\n${program}`;
  writeFileSync(join(elsewhere, "a.mts"), code.replace('ok"))', 'ok"), o)'));
  assert.equal(run(process.execPath, ["a.mts"], elsewhere), "ok\n");
});

/** Minified and gzipped, with its dependencies. */
async function bundled(code: string): Promise<number> {
  const result = await build({
    stdin: { contents: code, resolveDir: elsewhere },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return gzipSync(result.outputFiles[0]?.contents as Uint8Array, { level: 9 }).length;
}

// The goal is 8 KiB and 10 KiB; these limits are where it stands, so that it does not grow.
for (const [what, code, limit] of [
  ["requestWithRetry alone", 'export { requestWithRetry } from "request-with-retry";', 12.25 * 1024],
  ["every public name", 'export * from "request-with-retry";', 14.75 * 1024],
  ["backoffDelay alone", 'export { backoffDelay } from "request-with-retry";', 1024],
  ["every provider", 'export * from "request-with-retry/providers";', 5.5 * 1024],
  ["a provider that reads answers", 'export { github } from "request-with-retry/providers";', 3.25 * 1024],
  ["a provider that is a table", 'export { stripe } from "request-with-retry/providers";', 128],
  ["no provider", 'import {} from "request-with-retry/providers";', 64],
  ["nothing of it", 'import {} from "request-with-retry";', 64],
] as const) {
  test(`bundled, ${what} is under ${limit} bytes`, async (t) => {
    const size = await bundled(code);
    t.diagnostic(`${what}: ${size} bytes, minified and gzipped, with dependencies`);
    assert.ok(size < limit, `${size} bytes`);
  });
}
