/** A fleet of processes whose calls, made by the real code, go to one server, in virtual time. */

import { type Clock, type RetryOptions, requestWithRetry } from "../../src/index.ts";
import { simulationClock } from "./clock.ts";
import { between, type Random, randomFrom } from "./random.ts";
import type { Server } from "./servers.ts";

/** What everything in a simulation is made with. */
interface World {
  readonly clock: Clock;
  readonly random: Random;
}

/** How a process retries. Called once for each, so that its calls share the budget and the cooldown in it. */
export type Strategy = (world: World) => RetryOptions;

/** A strategy under test, and the figures that an independent model gave for it. */
export interface Variant<Figures> {
  readonly name: string;
  readonly strategy: Strategy;
  readonly expected?: Partial<Figures>;
}

/** All times are milliseconds since the simulation began. */
export interface Fleet {
  readonly seed: number;
  /** Calls are dealt out to them in turn. */
  readonly processes: number;
  /** When each call begins. */
  readonly arrivals: (random: Random) => readonly number[];
  readonly server: (world: World) => Server;
  readonly strategy: Strategy;
}

export interface Call {
  readonly began: number;
  readonly ended: number;
  readonly succeeded: boolean;
}

export interface History {
  readonly calls: readonly Call[];
  /** When each request arrived at the server, in order. */
  readonly requests: readonly number[];
}

// Milliseconds from a client to the server, and as many back.
const LATENCY = [20, 30] as const;

export async function simulate({ seed, processes, arrivals, server, strategy }: Fleet): Promise<History> {
  const clock = simulationClock();
  const random = randomFrom(seed);
  const world = { clock, random };
  const moments = arrivals(random);
  const answer = server(world);
  const fleet = Array.from({ length: processes }, () => ({ ...world, ...strategy(world) }));
  const requests: number[] = [];
  const travel = (): Promise<void> => clock.sleep(between(...LATENCY, random));

  const request = async () => {
    await travel();
    requests.push(clock.now());
    const response = await answer();
    await travel();
    return response;
  };
  const call = async (began: number, number: number): Promise<Call> => {
    await clock.sleep(began);
    const succeeded = await requestWithRetry(request, fleet[number % processes]).then(
      () => true,
      () => false,
    );
    return { began, ended: clock.now(), succeeded };
  };

  const calls = moments.map(call);
  await clock.run();
  return { calls: await Promise.all(calls), requests };
}
