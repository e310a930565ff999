/** Reading from a value that may be anything: a getter or a proxy that throws counts as absent. */

export function peek(value: unknown, key: PropertyKey): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Duck-typed, so that what comes from another realm or a polyfill is known too. */
export function hasMethods(value: unknown, ...names: readonly PropertyKey[]): boolean {
  return names.every((name) => typeof peek(value, name) === "function");
}

/** The string under `key`, if there is one that is not empty. */
export function peekString(value: unknown, key: string): string | undefined {
  const found = peek(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** The code under `key`, if what is there can be one. */
export function peekCode(value: unknown, key: string): string | undefined {
  return asCode(peek(value, key));
}

/** No provider's code is longer; and as codes go into messages, hooks and logs, none may break a line there. */
export function asCode(value: unknown): string | undefined {
  return typeof value === "string" && /^\P{C}{1,128}$/u.test(value) ? value : undefined;
}
