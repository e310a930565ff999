// The public API as text, one report for each entry point, in api/. `npm run api` writes it, and api.test.ts compares.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, type ExtractorLogLevel } from "@microsoft/api-extractor";
import { type EntryPoint, entryPoints } from "../entry-points.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the reviewed report of an entry point is. */
export function reportFile({ short }: EntryPoint): URL {
  return new URL(`api/${short}.api.md`, import.meta.url);
}

/** What an entry point exports, as its built declarations say. */
export function report({ declarations }: EntryPoint): string {
  const folder = mkdtempSync(join(tmpdir(), "request-with-retry-api-"));
  const say = (logLevel: string): { default: { logLevel: ExtractorLogLevel } } => ({
    default: { logLevel: logLevel as ExtractorLogLevel },
  });
  try {
    const extractorConfig = ExtractorConfig.prepare({
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: join(root, declarations),
        compiler: {
          overrideTsconfig: { extends: join(root, "tsconfig.json"), include: [join(root, "dist")] },
        },
        apiReport: {
          enabled: true,
          reportFileName: "report",
          reportFolder: folder,
          reportTempFolder: folder,
        },
        newlineKind: "lf",
        // What is not documented, or refers to what is not exported, is found by reference.test.ts.
        messages: {
          compilerMessageReporting: say("error"),
          extractorMessageReporting: say("none"),
          tsdocMessageReporting: say("none"),
        },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, "package.json"),
    });
    const { errorCount } = Extractor.invoke(extractorConfig, {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = message.logLevel !== "error";
      },
    });
    if (errorCount > 0) throw new Error(`${declarations} has ${errorCount} errors`);
    return readFileSync(join(folder, "report.api.md"), "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  for (const entryPoint of entryPoints) writeFileSync(reportFile(entryPoint), report(entryPoint));
}
