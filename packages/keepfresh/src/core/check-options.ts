import { CacheError, invalidArgument } from './errors.ts';

/** Refuses names that an options object does not have: a misspelt option would do nothing, silently. */
export function checkNames(options: unknown, field: string, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument(field, 'an object with options', options);
  }
  for (const name of Object.keys(options)) {
    if (allowed.includes(name)) continue;
    throw new CacheError(
      'INVALID_ARGUMENT',
      `${field} has no option '${name}'; it has ${[...allowed].toSorted().join(', ')}`,
    );
  }
}

/** A whole number within a range, or the default when absent. */
export function wholeNumber(
  value: unknown,
  field: string,
  range: { readonly min: number; readonly max: number; readonly default: number },
): number {
  if (value === undefined) return range.default;
  if (Number.isInteger(value) && (value as number) >= range.min && (value as number) <= range.max) {
    return value as number;
  }
  throw invalidArgument(field, `a whole number from ${range.min} to ${range.max}`, value);
}

/** One of a few names, or the first of them when absent. */
export function oneOf<Name extends string>(
  value: unknown,
  field: string,
  names: readonly [Name, ...Name[]],
): Name {
  if (value === undefined) return names[0];
  if (names.includes(value as Name)) return value as Name;
  throw invalidArgument(field, names.map((name) => `'${name}'`).join(' or '), value);
}

/** An object that has the given methods, such as a codec or a clock of the user's own. */
export function withMethods<T>(value: unknown, field: string, methods: readonly string[]): T {
  const has = (name: string): boolean =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'function';
  if (methods.every(has)) return value as T;
  const allowed = `an object with the methods ${methods.join(', ')}`;
  if (typeof value !== 'object' || value === null) throw invalidArgument(field, allowed, value);
  const missing = methods.filter((name) => !has(name)).join(', ');
  const message = `${field} must be ${allowed}, but was an object without ${missing}`;
  throw new CacheError('INVALID_ARGUMENT', message);
}

/** Refuses what is neither true nor false; absent is fine. */
export function checkSwitch(value: unknown, field: string): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw invalidArgument(field, 'true or false', value);
}

/** Refuses what is no function; absent is fine. */
export function checkFunction(value: unknown, field: string): void {
  if (value === undefined || typeof value === 'function') return;
  throw invalidArgument(field, 'a function', value);
}

/** Refuses what is no AbortSignal; absent is fine. */
export function checkSignal(value: unknown, field: string): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw invalidArgument(field, 'an AbortSignal', value);
}

/** Whether `for await` can go over it; a text is taken for a mistake. */
export function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}
