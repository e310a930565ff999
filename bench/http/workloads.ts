/** How often the server fails, and how much it says then. */

export interface Workload {
  readonly name: string;
  /** Of the requests, how many are answered with a 503. */
  readonly share: number;
  /** The size of such an answer. */
  readonly bytes: number;
}

export const workloads: readonly Workload[] = [
  { name: "no failures", share: 0, bytes: 0 },
  { name: "10 %, 2 KiB", share: 0.1, bytes: 2_048 },
  { name: "10 %, 256 KiB", share: 0.1, bytes: 262_144 },
  { name: "30 %, 2 KiB", share: 0.3, bytes: 2_048 },
  { name: "30 %, 256 KiB", share: 0.3, bytes: 262_144 },
];
