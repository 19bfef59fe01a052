import { invalidArgument } from './errors.ts';

/** Pairs of a key and a value, each read once, from anything that can be iterated. Throws INVALID_ARGUMENT. */
export function checkPairs<T>(
  entries: Iterable<readonly [key: string, value: T]>,
  field: string,
): (readonly [key: string, value: T])[] {
  const isList = typeof entries === 'object' && entries !== null && Symbol.iterator in entries;
  const pairs = isList ? [...entries] : [];
  if (isList && pairs.every((pair) => Array.isArray(pair))) return pairs;
  throw invalidArgument(field, 'an iterable of pairs [key, value]', entries);
}
