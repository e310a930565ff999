// The list of all cases, the same for every runtime.

import type { Case } from "./case.ts";
import { aborts } from "./cases/aborts.ts";
import { answers } from "./cases/answers.ts";
import { bodies } from "./cases/bodies.ts";
import { cors } from "./cases/cors.ts";
import { fleet } from "./cases/fleet.ts";
import { mistakes } from "./cases/mistakes.ts";
import { networkFailures } from "./cases/network-failures.ts";
import { repeats } from "./cases/repeats.ts";
import { timeouts } from "./cases/timeouts.ts";
import { nothingUnheard } from "./cases/unheard.ts";
import { waits } from "./cases/waits.ts";

/** By what they are about, in the order in which they run. */
export const groups: Readonly<Record<string, readonly Case[]>> = {
  "answers, and HttpError": answers,
  "network failures": networkFailures,
  "mistakes that no retry mends": mistakes,
  aborts,
  timeouts,
  "Retry-After and backoff": waits,
  "what CORS hides": cors,
  "bodies and connections": bodies,
  "what may be sent again": repeats,
  "budget, cooldown, shared signal": fleet,
  "nothing goes unheard": [nothingUnheard],
};
