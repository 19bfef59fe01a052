import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Glob } from './glob.ts';
import { key, pattern } from './key-template.ts';

const matches = (glob: string, name: string): boolean => new Glob(glob).matches(name);

const pieces = ['a', 'b', 'c', ':', '*', '?', '[', ']', '^', '-', '\\', 'é', '😀', '[a-c]', '[^b]'];
const globs = fc.string({ unit: fc.constantFrom(...pieces), maxLength: 12 });
const names = fc.string({ unit: fc.constantFrom(...'abc:-^]\\*é'), minLength: 1, maxLength: 12 });

/** The definition of a glob, by trying everything; unsigned bytes. Exponential, so for short texts only. */
function matchesNaively(glob: readonly number[], name: readonly number[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return name.length === 0;
  if (first === 0x2a) {
    return matchesNaively(rest, name) || (name.length > 0 && matchesNaively(glob, name.slice(1)));
  }
  const [byte, ...others] = name;
  if (byte === undefined) return false;
  if (first === 0x3f) return matchesNaively(rest, others);
  if (first === 0x5b) {
    const [taken, after] = readClass(rest, byte);
    return taken && matchesNaively(after, others);
  }
  const literal = first === 0x5c && rest.length > 0 ? rest : glob;
  return literal[0] === byte && matchesNaively(literal.slice(1), others);
}

/** Whether the class whose `[` was just read takes `byte`, and what follows its `]`. */
function readClass(glob: readonly number[], byte: number): [boolean, readonly number[]] {
  const negated = glob[0] === 0x5e;
  let rest = negated ? glob.slice(1) : glob;
  let found = false;
  while (rest.length > 0 && rest[0] !== 0x5d) {
    if (rest[0] === 0x5c && rest.length >= 2) {
      found ||= rest[1] === byte;
      rest = rest.slice(2);
    } else if (rest.length >= 3 && rest[1] === 0x2d) {
      const [low, high] = [Math.min(rest[0]!, rest[2]!), Math.max(rest[0]!, rest[2]!)];
      found ||= byte >= low && byte <= high;
      rest = rest.slice(3);
    } else {
      found ||= rest[0] === byte;
      rest = rest.slice(1);
    }
  }
  return [found !== negated, rest.slice(1)];
}

const bytesOf = (text: string): readonly number[] => [...Buffer.from(text)];

describe('Glob', () => {
  test.each([
    ['user:42:*', 'user:42:cart:items', true],
    ['user:42:*', 'user:42:', true],
    ['user:42:*', 'user:42', false],
    ['search:*:7:*', 'search:a:b:7:c', true],
    ['*:stats', 'a:b:stats', true],
    ['*:stats', 'stats', false],
    ['user:42', 'user:42', true],
    ['user:42', 'user:421', false],
    ['*', 'anything', true],
    ['a**b', 'ab', true],
    ['caf?', 'café', false],
    ['caf??', 'café', true],
    ['k:????', 'k:😀', true],
    ['[abc]', 'b', true],
    ['[^abc]', 'b', false],
    ['[^abc]', 'd', true],
    ['[c-a]', 'b', true],
    ['[]', 'a', false],
    ['[^]', 'a', true],
    ['[^', 'a', true],
    ['[', 'a', false],
    ['[]a]', 'a]', false],
    ['[abc', 'c', true],
    ['[a-]', ']', true],
    ['[a-]', '_', true],
    ['[a-]', '-', false],
    ['[\\]]', ']', true],
    ['[\\', '\\', true],
    ['a\\', 'a\\', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\bc', 'abc', true],
  ])('%s on %s: %j', (glob, name, expected) => {
    expect(matches(glob, name)).toBe(expected);
  });

  test('takes bytes above 127 in a range as signed and as unsigned, so it never covers less', () => {
    // é is C3 A9. Unsigned, a–Ã(C3) holds 7F; signed, C3 is -61 and the range holds 00 to 61.
    expect(matches('[a-é]*', '\u007f')).toBe(true);
    expect(matches('[a-é]*', 'A')).toBe(true);
    expect(matches('[^a-é]*', 'A')).toBe(true);
  });

  /** Over few characters, so that about half of the pairs match; over many, for what is odd. */
  const few = fc.tuple(
    fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[a]'), maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 }),
  );

  test.each([
    ['few', few],
    ['many', fc.tuple(globs, names)],
  ])(
    'matches what the definition says, over %s characters',
    { tags: ['thorough'] },
    (_which, pairs) => {
      fc.assert(
        fc.property(pairs, ([glob, name]) => {
          const naively = matchesNaively(bytesOf(glob), bytesOf(name));
          // A range with a byte above 127 may match more than unsigned bytes alone.
          if (/[^\x00-\x7f]/.test(glob) && glob.includes('[')) {
            expect(matches(glob, name) || !naively).toBe(true);
          } else {
            expect(matches(glob, name)).toBe(naively);
          }
        }),
        { numRuns: 3_000 },
      );
    },
  );

  test('takes at most length × length steps', () => {
    const glob = new Glob(`${'*a'.repeat(500)}*b`);
    const name = 'a'.repeat(1_000);
    const started = performance.now();
    expect(glob.matches(name)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('knows the text that everything it matches begins with', () => {
    expect(new Glob('user:4?:*').prefix).toBe('user:4');
    expect(new Glob('us\\*é:[ab]').prefix).toBe('us*é:');
    expect(new Glob('user:42').prefix).toBe('user:42');
    expect(new Glob('*:x').prefix).toBe('');
    fc.assert(
      fc.property(globs, names, (glob, name) => {
        const compiled = new Glob(glob);
        if (compiled.matches(name)) expect(name.startsWith(compiled.prefix)).toBe(true);
      }),
    );
  });

  test('knows the literals between its stars when it has nothing else', () => {
    expect(new Glob('a:*:\\*é:**').literals).toEqual(['a:', ':*é:', '']);
    expect(new Glob('plain').literals).toEqual(['plain']);
    expect(new Glob('*').literals).toEqual(['', '']);
    expect(new Glob('a?*').literals).toBeUndefined();
    expect(new Glob('a[b]').literals).toBeUndefined();
  });
});

describe('a pattern from the template', () => {
  const part = fc.string({ unit: 'binary', maxLength: 8 });

  test('covers the keys of its parts, whatever they are', () => {
    fc.assert(
      fc.property(part, part, (id, rest) => {
        expect(matches(pattern`user:${id}:*`, key`user:${id}:${rest}`)).toBe(true);
      }),
    );
  });

  test('covers no key of other parts', () => {
    const nasty = fc.oneof(part, fc.string({ unit: fc.constantFrom(...'*?[]^-\\:%a4') }));
    fc.assert(
      fc.property(nasty, nasty, nasty, (id, other, rest) => {
        fc.pre(id !== other);
        expect(matches(pattern`user:${id}:*`, key`user:${other}:${rest}`)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
