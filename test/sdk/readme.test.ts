// The README's recipes for SDKs, compiled, and run as they stand, on a fetch that fails once and then answers as the provider does.

import { expect, test } from "vitest";
import { compile, folderOf, run, type Snippet, snippets } from "../snippets.ts";
import { sdks } from "./sdks.ts";

const packages = sdks.map(({ name }) => name.split(" ")[0] as string);
const recipes = snippets().filter((snippet) => folderOf(snippet) === "test/sdk");

/** The answer of the SDK's row in the table, after a 503. */
function failingOnce(snippet: Snippet): typeof fetch {
  const sdk = sdks.find(({ name }) => snippet.imports.some((imported) => name.split(" ")[0] === imported));
  let calls = 0;
  return async () => {
    if (++calls === 1) return new Response(null, { status: 503, headers: { "retry-after-ms": "1" } });
    const { body, headers } = sdk?.ok ?? {};
    return new Response(JSON.stringify(body), {
      headers: {
        ...(body ? { "content-type": "application/json" } : {}),
        ...(headers as Record<string, string>),
      },
    });
  };
}

test("there is a recipe for every SDK", () => {
  for (const name of packages) {
    expect(
      recipes.some(({ imports }) => imports.includes(name)),
      name,
    ).toBe(true);
  }
});

test("every recipe compiles", () => {
  expect(compile(recipes, "test/sdk")).toBe("");
});

test.concurrent.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
  "the recipe at %s runs",
  async (_name, recipe) => {
    const modules: Record<string, object> = {};
    for (const name of recipe.imports) modules[name] = await import(/* @vite-ignore */ name);
    let compared = 0;
    await run(recipe, { fetch: failingOnce(recipe) }, modules, (actual, expected) => {
      compared++;
      expect(actual).toEqual(expected);
    });
    expect(compared).toBe(1);
  },
);
