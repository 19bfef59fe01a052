import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkKey } from './key-check.ts';
import { namespacePrefix } from './namespace-prefix.ts';

const prefixOf = (path: readonly string[]): string => path.reduce(namespacePrefix, '');

describe('namespacePrefix', () => {
  test('prefixes with the path of names', () => {
    expect(prefixOf(['catalog'])).toBe('~catalog/');
    expect(prefixOf(['shop', 'catalog'])).toBe('~shop/~catalog/');
  });

  test('escapes names, so that they hold no separator and nothing with a meaning in patterns', () => {
    expect(prefixOf(['a/b:*'])).toBe('~a%2Fb%3A%2A/');
    expect(prefixOf(['~'])).toBe('~%7E/');
  });

  test.each(['', undefined, 7, 'x'.repeat(65)])('refuses %j as a name', (name) => {
    expect(() => namespacePrefix('', name)).toThrow('namespace must be a string of 1 to 64');
  });

  test('never gives one full key to two namespaces or two keys', () => {
    const character = fc.constantFrom('a', 'b', '/', '~', ':', '%', '7', 'E');
    const name = fc.string({ unit: character, minLength: 1, maxLength: 4 });
    const path = fc.array(name, { maxLength: 3 });
    const literal = name.filter((text) => !text.startsWith('~'));
    fc.assert(
      fc.property(path, literal, path, literal, (path1, key1, path2, key2) => {
        const same = key1 === key2 && JSON.stringify(path1) === JSON.stringify(path2);
        const full1 = prefixOf(path1) + checkKey(key1, 1_000);
        const full2 = prefixOf(path2) + checkKey(key2, 1_000);
        expect(full1 === full2).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });
});
