import { CacheError, invalidArgument } from '../errors.ts';

/** The longest tag or pattern in UTF-8 bytes. */
export const maxNameBytes = 1_024;

/**
 * Returns a key that can be used, as it is: a non-empty, well-formed string of at most `maxBytes` UTF-8
 * bytes that does not begin with `~`, which begins the names of namespaces. Plain strings are literal keys;
 * nothing in them is escaped or has a meaning. Throws `INVALID_ARGUMENT` for everything else.
 */
export function checkKey(value: unknown, maxBytes: number, field = 'key'): string {
  const name = checkText(value, maxBytes, field);
  if (name.startsWith('~')) throw reserved(field, name);
  return name;
}

/** Returns a tag that can be used, as it is; the rules of a key hold, with at most `maxNameBytes`. */
export function checkTag(value: unknown, field = 'tag'): string {
  return checkKey(value, maxNameBytes, field);
}

/**
 * Returns a pattern that can be used, as it is: a non-empty, well-formed string of at most `maxNameBytes`
 * UTF-8 bytes. Throws `INVALID_ARGUMENT` for everything else.
 */
export function checkPattern(value: unknown, field = 'pattern'): string {
  return checkText(value, maxNameBytes, field);
}

function checkText(value: unknown, maxBytes: number, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw invalidArgument(field, 'a non-empty string', value);
  }
  if (!fits(value, maxBytes)) throw tooLong(field, value, maxBytes);
  // Stores write UTF-8, in which all half characters look the same: two keys would become one.
  if (!value.isWellFormed()) throw invalidArgument(field, 'without lone surrogates', value);
  return value;
}

function fits(text: string, maxBytes: number): boolean {
  // One UTF-16 unit is at most three bytes: most names are known to fit without counting.
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

function tooLong(field: string, text: string, maxBytes: number): CacheError {
  const bytes = Buffer.byteLength(text);
  return new CacheError(
    'INVALID_ARGUMENT',
    `${field} must have at most ${maxBytes} UTF-8 bytes, but had ${bytes}: it begins with ` +
      JSON.stringify(text.slice(0, 80)),
  );
}

function reserved(field: string, name: string): CacheError {
  const message = `${field} must not begin with '~', which begins the names of namespaces; the key template escapes it`;
  return new CacheError(
    'INVALID_ARGUMENT',
    `${message}: it was ${JSON.stringify(name.slice(0, 80))}`,
  );
}
