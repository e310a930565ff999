// The API reference, made of the docstrings of every entry point. `npm run docs` writes it into docs/, as HTML.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, LogLevel, type ProjectReflection } from "typedoc";
import { entryPoints } from "../entry-points.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Reference {
  readonly project: ProjectReflection;
  /** What is not documented, and links that lead nowhere. */
  readonly warnings: readonly string[];
  /** Writes it as HTML. */
  readonly write: (folder: string) => Promise<void>;
}

export async function reference(): Promise<Reference> {
  const app = await Application.bootstrap({
    name: "request-with-retry",
    entryPoints: entryPoints.map(({ source }) => join(root, source)),
    tsconfig: join(root, "tsconfig.json"),
    readme: "none",
    alwaysCreateEntryPointModule: true,
    excludeInternal: true,
    disableSources: true,
    validation: { notDocumented: true },
  });
  const warnings: string[] = [];
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) warnings.push(message);
  };
  const project = await app.convert();
  if (!project) throw new Error(warnings.join("\n"));
  for (const module of project.children ?? []) {
    // TypeDoc names a module after its file.
    const entryPoint = entryPoints.find(({ short }) => short === module.name);
    if (entryPoint) module.name = entryPoint.name;
  }
  app.validate(project);
  return { project, warnings, write: (folder) => app.generateDocs(project, folder) };
}

if (import.meta.main) {
  const { warnings, write } = await reference();
  await write(join(root, "docs"));
  for (const warning of warnings) console.error(warning);
  if (warnings.length > 0) process.exitCode = 1;
  else console.log("The API reference is in docs/index.html");
}
