// The docstrings are complete: what the API reference is made of.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Comment, type DeclarationReflection, ReflectionKind } from "typedoc";
import { entryPoints } from "../entry-points.ts";
import { reference } from "./reference.ts";
import { elsewhere } from "./tarball.ts";

const { project, warnings, write } = await reference();

test("it covers every entry point", () => {
  const modules = project.children?.map(({ name }) => name) ?? [];
  assert.deepEqual(modules.sort(), entryPoints.map(({ name }) => name).sort());
});

test("every public symbol and each of its properties has a docstring, and every link leads somewhere", async () => {
  const folder = join(elsewhere, "docs");
  await write(folder);
  assert.ok(existsSync(join(folder, "index.html")));
  assert.deepEqual(warnings, []);
});

const has = (comment: Comment | undefined, tag: `@${string}`): boolean => !!comment?.getTag(tag);

const exported = (kind: ReflectionKind): DeclarationReflection[] =>
  (project.children ?? []).flatMap((module) => module.getChildrenByKind(kind));

for (const declaration of exported(ReflectionKind.Function)) {
  test(`${declaration.getFullName()}() says what it takes and returns, and has an example`, () => {
    const { signatures = [] } = declaration;
    assert.ok(signatures.length > 0);
    for (const { comment, parameters = [], type } of signatures) {
      for (const parameter of parameters) assert.ok(parameter.comment?.hasVisibleComponent(), parameter.name);
      assert.ok(has(comment, "@example"), "@example");
      assert.ok(has(comment, "@returns") || String(type) === "void", "@returns");
    }
  });
}

for (const declaration of exported(ReflectionKind.Class | ReflectionKind.Variable)) {
  test(`${declaration.getFullName()} has an example`, () => {
    assert.ok(has(declaration.comment, "@example"));
  });
}
