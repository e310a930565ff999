import { expect, test } from "vitest";
import { table, tableInReadme } from "./table.ts";

test("the README's table of providers says what the tests say (node test/providers/table.ts writes it)", () => {
  expect(tableInReadme()).toBe(table());
});
