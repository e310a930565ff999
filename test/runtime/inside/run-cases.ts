// Runs all cases in the runtime that it finds itself in, one after another, and reports.

import type { Step } from "../../server/loopback-server.ts";
import type { Case, CaseContext, RemoteServer, Report, Result } from "../case.ts";
import { listenForUnheard } from "../cases/unheard.ts";
import { groups } from "../cases.ts";
import { describeError } from "./describe-error.ts";

// A case that takes longer hangs.
const LONGEST_CASE = 10_000;

/** `control` is the URL of the control server. */
export async function runCases(control: string): Promise<void> {
  listenForUnheard();
  const results: Result[] = [];
  const thrown: Record<string, string> = {};
  const note: CaseContext["note"] = (failure, error) => {
    thrown[failure] = describeError(error);
  };
  for (const one of Object.values(groups).flat()) results.push(await runCase(one, control, note));
  await ask(control, "report", { results, thrown } satisfies Report);
}

async function runCase(one: Case, control: string, note: CaseContext["note"]): Promise<Result> {
  const { id, ...addresses } = await ask<{ id: string } & Pick<RemoteServer, "url" | "refusedUrl">>(
    control,
    "servers",
  );
  const server: RemoteServer = {
    ...addresses,
    play: (...steps: Step[]) => ask(control, `play?id=${id}`, steps),
    seen: () => ask(control, `seen?id=${id}`),
    idle: () => ask(control, `idle?id=${id}`),
  };
  let failure: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${LONGEST_CASE} ms`)), LONGEST_CASE);
  });
  try {
    await Promise.race([one.run({ server, note }), tooLong]);
  } catch (error) {
    failure = describeError(error);
  } finally {
    clearTimeout(timer);
    await ask(control, `close?id=${id}`);
  }
  return { name: one.name, ...(failure !== undefined && { failure }) };
}

async function ask<T>(control: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${control}/${path}`, { method: "POST", body: JSON.stringify(body ?? null) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}
