/** All cases, by group. */

import type { Case } from "../case.ts";
import { cancelling } from "./cancelling.ts";
import { classification } from "./classification.ts";
import { requests } from "./requests.ts";
import { resources } from "./resources.ts";
import { results } from "./results.ts";
import { waiting } from "./waiting.ts";

export const groups: Readonly<Record<string, readonly Case[]>> = {
  "What is tried again": classification,
  "How long it waits": waiting,
  "What an abort does": cancelling,
  "What is held on to": resources,
  "What is sent again": requests,
  "What the caller gets": results,
};

export const cases: readonly Case[] = Object.values(groups).flat();
