/** `node:diagnostics_channel`, where the runtime has it: what all calls of the process do, for whoever listens. */

/** As of `node:diagnostics_channel`. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
}

/** Each attempt, as the request gets it. */
export const attempts: Channel = /* @__PURE__ */ open("attempt");
/** What `onRetry` gets. */
export const retries: Channel = /* @__PURE__ */ open("retry");
/** What `onGiveUp` gets. */
export const giveUps: Channel = /* @__PURE__ */ open("give-up");
/** What `onCooldown` gets. */
export const cooldowns: Channel = /* @__PURE__ */ open("cooldown");

// Not imported: that would break where there is no such module, and bundles for browsers.
function open(name: string): Channel {
  const { process } = globalThis as Runtime;
  const { channel } = process?.getBuiltinModule?.("node:diagnostics_channel") ?? {};
  return channel?.(`request-with-retry:${name}`) ?? { hasSubscribers: false, publish() {} };
}

interface Runtime {
  readonly process?: { getBuiltinModule?(id: string): { channel?(name: string): Channel } | undefined };
}
