/** A child process that times one contender, and prints the median in nanoseconds. */

import { measure } from "mitata";
import { oneFailure, success } from "./contenders.ts";

const WARM_UP = 20_000;

const [table, name = ""] = process.argv.slice(2);
const call = (table === "success" ? success : oneFailure)[name];
if (!call) throw new RangeError(`No contender '${name}' in '${table}'`);

// mitata decides by the first calls, which are slow, whether to time each call alone or many together.
for (let i = 0; i < WARM_UP; i++) await call();
const { p50 } = await measure(call);
console.log(p50);
