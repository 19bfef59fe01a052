import { checkPattern } from '../core/policy/key-check.ts';

/**
 * Patterns that cover a key and all keys that go on behind it with `:` or `/`, for `invalidatePattern`, `mutate` and
 * wherever patterns go: `cache.invalidatePattern(keysUnder(userKey(42)))`. Nothing in the key is a wildcard.
 */
export function keysUnder(key: string): string[] {
  const literal = checkPattern(key, 'the key of keysUnder').replace(/[\\*?[\]]/g, '\\$&');
  return [literal, `${literal}:*`, `${literal}/*`];
}
