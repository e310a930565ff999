/**
 * Errors for bad input, all by one grammar: what was wanted, the rule, the value that broke it.
 * TypeError for a value of the wrong type, RangeError for one of the right type that is out of range.
 */

export function wrongType(option: string, rule: string, value: unknown): TypeError {
  return new TypeError(sentence(option, rule, value));
}

export function outOfRange(option: string, rule: string, value: unknown): RangeError {
  return new RangeError(sentence(option, rule, value));
}

export function checkNumber(
  option: string,
  value: unknown,
  rule: string,
  holds: (value: number) => boolean,
): asserts value is number {
  if (typeof value !== "number") throw wrongType(option, rule, value);
  if (!holds(value)) throw outOfRange(option, rule, value);
}

export function checkFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw wrongType(option, "a function", value);
}

/** Duck-typed, so that what comes from another realm, a polyfill or a test works. */
export function checkMethods(option: string, value: unknown, rule: string, methods: readonly string[]): void {
  const object = Object(value);
  if (methods.some((method) => typeof object[method] !== "function")) throw wrongType(option, rule, value);
}

export function checkOneOf(option: string, value: unknown, allowed: readonly string[]): void {
  const rule = `one of ${allowed.join(", ")}`;
  if (typeof value !== "string") throw wrongType(option, rule, value);
  if (!allowed.includes(value)) throw outOfRange(option, rule, value);
}

function sentence(option: string, rule: string, value: unknown): string {
  return `Cannot retry as '${option}' must be ${rule}: current value is ${shown(value)}`;
}

// A text that could be a secret is not shown: a URL, a key or a header that landed in the wrong place.
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return /^[\w.+-]{0,12}$/.test(value) ? `"${value}"` : `a string of ${value.length} characters`;
    case "object":
      return value === null ? "null" : kind(value);
    case "function":
    case "symbol":
    case "bigint":
      return `a ${typeof value}`;
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function kind(value: object): string {
  const name = className(value);
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

function className(value: object): string {
  try {
    const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
    // It may be the caller's own text, and its getter may throw, as a revoked proxy does.
    if (/^[\w ]{1,40}$/.test(name)) return name;
  } catch {}
  return "Object";
}
