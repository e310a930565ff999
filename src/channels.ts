/** `node:diagnostics_channel`, where the runtime has it: what all calls of the process do, for whoever listens. */

/** What is published: the same objects that the request and the hooks get. */
export type Channel = "attempt" | "retry" | "give-up" | "cooldown";

interface Publisher {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

let publishers: Readonly<Record<Channel, Publisher | undefined>> | undefined;

/** The channel `request-with-retry:NAME` if anybody listens, so that nothing is made for nobody. */
export function listener(name: Channel): Publisher | undefined {
  publishers ??= open();
  const publisher = publishers[name];
  return publisher?.hasSubscribers ? publisher : undefined;
}

// Not imported: that would break where there is no such module, and bundles for browsers.
function open(): Readonly<Record<Channel, Publisher | undefined>> {
  const channel = (globalThis as Runtime).process?.getBuiltinModule?.("node:diagnostics_channel")?.channel;
  const publisher = (name: Channel): Publisher | undefined => channel?.(`request-with-retry:${name}`);
  return {
    attempt: publisher("attempt"),
    retry: publisher("retry"),
    "give-up": publisher("give-up"),
    cooldown: publisher("cooldown"),
  };
}

interface Runtime {
  readonly process?: {
    getBuiltinModule?(id: string): { channel?(name: string): Publisher } | undefined;
  };
}
