// The README's table of providers, made of the answers: `node test/providers/table.ts` writes it there.

import { readFileSync, writeFileSync } from "node:fs";
import { type Answer, type Api, apis } from "./answers.ts";

const readme = new URL("../../README.md", import.meta.url);
const MARKED = /(?<=<!-- providers -->\n)[\s\S]*?(?=<!-- \/providers -->)/;

/** What stands in the README between the markers; undefined without them. */
export function tableInReadme(): string | undefined {
  return MARKED.exec(readFileSync(readme, "utf8"))?.[0];
}

export function table(): string {
  const rows = apis.map((api) => [
    api.name,
    api.provider ? `\`${api.provider}\`` : "none needed",
    listed(api, "retried"),
    listed(api, "not retried"),
    [...new Set(api.answers.flatMap(({ waitIn = [] }) => waitIn))].join("; "),
  ]);
  const lines = [
    ["API", "import", "retried", "not retried", "wait also read from"],
    Array(5).fill("---"),
    ...rows,
  ].map((cells) => `| ${cells.join(" | ")} |`.replace(/\| {2}(?=\|)/g, "| "));
  return `${lines.join("\n")}\n`;
}

/** `429`: `slow_down`; `503`: what tells the answers of one status apart, behind that status. */
function listed({ answers }: Api, verdict: Answer["verdict"]): string {
  const byStatus = new Map<number, Set<string>>();
  for (const { status, says = "" } of answers.filter((answer) => answer.verdict === verdict)) {
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(says));
  }
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, said]) => {
      const codes = [...said].filter(Boolean).join(", ");
      return codes ? `${status}: ${codes}` : String(status);
    })
    .join("; ");
}

if (import.meta.main) {
  if (tableInReadme() === undefined)
    throw new Error("README.md has no <!-- providers --> and <!-- /providers -->");
  writeFileSync(
    readme,
    readFileSync(readme, "utf8").replace(MARKED, () => table()),
  );
}
