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
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return /^[\w.+-]{0,12}$/.test(value) ? JSON.stringify(value) : `a string of ${value.length} characters`;
    case "object":
      return kind(value);
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "bigint":
      return value > -1e20 && value < 1e20 ? String(value) : "a long bigint";
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function kind(value: object): string {
  const name = tag(value);
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}

// The caller's own text, whose getter may throw, as a revoked proxy does.
function tag(value: object): string {
  try {
    const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
    return /^[\w ]{1,40}$/.test(name) ? name : "Object";
  } catch {
    return "Object";
  }
}
