/** The parts of src/, each with the tests that hold it and the share of its mutants that these have to kill. */

export interface Part {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  /** Percent. */
  readonly least: number;
}

export const parts: Readonly<Record<string, Part>> = {
  policy: { mutate: ["src/policy/*.ts"], tests: ["test/policy/*.test.ts"], least: 98 },
  fleet: {
    mutate: ["src/fleet/*.ts"],
    tests: ["test/fleet/{cooldown,cooldown-calls,member,retry-budget}.test.ts"],
    least: 95,
  },
  http: {
    mutate: ["src/http/*.ts", "src/http-error.ts"],
    tests: ["test/http/*.test.ts", "test/http-error.test.ts"],
    least: 95,
  },
  loop: {
    mutate: ["src/*.ts", "!src/http-error.ts", "!src/bullmq.ts", "!src/opentelemetry.ts"],
    tests: [
      "test/{channels,on-abort,request-with-retry,retry-loop,time,validate,with-retry}.test.ts",
      "test/fleet/{cooldown-calls,retry-budget}.test.ts",
    ],
    least: 95,
  },
  providers: {
    mutate: ["src/providers/*.ts"],
    tests: ["test/providers/{answers,oddities,successes,use}.test.ts"],
    least: 95,
  },
  bullmq: { mutate: ["src/bullmq.ts"], tests: ["test/bullmq.test.ts"], least: 95 },
  opentelemetry: {
    mutate: ["src/opentelemetry.ts"],
    tests: ["test/integrations/opentelemetry.test.ts"],
    least: 95,
  },
};
