import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { key, type KeyPart, pattern } from './key-template.ts';

/** Any text, broken UTF-16 and the characters with a meaning included. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'ab:%*?[]\\{}/~^- 3A\n\u00a0\u2028é') }),
  fc.array(fc.constantFrom('\ud800', '\udc00', 'a', '%')).map((units) => units.join('')),
);

describe('key', () => {
  test('joins the text of the template and its parts', () => {
    expect(key`product:${42}:${'de'}`).toBe('product:42:de');
    expect(key`flag:${true}:${10n}:${-1.5}`).toBe('flag:true:10:-1.5');
    expect(key`tree`).toBe('tree');
    expect(key`${'a.b_c-d@e+f'}`).toBe('a.b_c-d@e+f');
    expect(key`café:${'naïve 日本'}`).toBe('café:naïve%20日本');
  });

  test('escapes what separates, and what patterns, hash tags and namespaces are made of', () => {
    expect(key`${':/%*?[]^\\{}~'}`).toBe('%3A%2F%25%2A%3F%5B%5D%5E%5C%7B%7D%7E');
    expect(key`${'\0\n\u007f\u00a0\u202e\ufeff'}`).toBe('%00%0A%7F%C2%A0%E2%80%AE%EF%BB%BF');
  });

  test('escapes text that is all ASCII as it escapes the same beside other text', () => {
    const ascii = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));
    for (const text of [...ascii, ascii.join(''), 'a:b', ':a', 'a:']) {
      expect(`${key`${text}`}é`).toBe(key`${`${text}é`}`);
    }
  });

  test('keeps half characters apart, which UTF-8 would make one', () => {
    expect(key`${'\ud800'}`).toBe('%ED%A0%80');
    expect(key`${'\udfff'}`).toBe('%ED%BF%BF');
    expect(key`${'\ufffd'}`).toBe('\ufffd');
  });

  test('takes a number for its text', () => {
    expect(key`user:${7}`).toBe(key`user:${'7'}`);
    expect(key`user:${-0}`).toBe(key`user:${0}`);
  });

  test('keeps an empty part apart from every other', () => {
    expect(key`a:${''}:${'b'}`).toBe('a::b');
    expect(key`a:${'b'}:${''}`).toBe('a:b:');
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['an object', { id: 1 }],
    ['an array', [1]],
    ['a date', new Date(0)],
    ['a symbol', Symbol('x')],
    ['a function', (): number => 1],
  ])('refuses %s and names the part', (_what, part) => {
    expect(() => key`a:${1}:${part as unknown as KeyPart}`).toThrow(
      /^part 2 of the key template must be a string, a finite number, a bigint or a boolean, but was /,
    );
  });

  test.each([
    () => key`${1}${2}`,
    () => key`a:${1}b${2}`,
    () => key`a:${1}-${2}:${3}`,
    () => key`a:${1}é${2}`,
    () => pattern`a:${1}%${2}`,
  ])('refuses parts that nothing keeps apart', (build) => {
    expect(build).toThrow('that no part can contain');
    expect(build).toThrow('what separates part 1 and part 2');
  });

  test('refuses to be called like a function', () => {
    const call = key as unknown as (text: string) => string;
    expect(() => call('product:7')).toThrow(
      'key must be used as a template, as in key`product:${id}`, but was "product:7"',
    );
  });

  test('refuses a template with an escape that JavaScript cannot read', () => {
    expect(() => key`\u{`).toThrow('without invalid escapes');
  });

  test('never gives one key for two different lists of parts', () => {
    const three = fc.tuple(text, text, text);
    const build = ([a, b, c]: readonly string[]): string => key`x:${a!}:y${b!}-/${c!}z`;
    fc.assert(
      fc.property(three, three, (first, second) => {
        const same = first.every((part, index) => part === second[index]);
        expect(build(first) === build(second)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  test('lets a part be read back from the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (part) => {
        expect(decodeURIComponent(key`${part}`)).toBe(part);
      }),
    );
  });

  test('lets no part leave its place', () => {
    fc.assert(
      fc.property(text, (part) => {
        expect(key`${part}`).not.toMatch(/[:/*?[\]\\{}~\s\p{Cc}]/u);
        expect(key`${part}`.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('pattern', () => {
  test('keeps the glob of the template and escapes its parts', () => {
    expect(pattern`user:${42}:*`).toBe('user:42:*');
    expect(pattern`user:${'*'}:[ab]?`).toBe('user:%2A:[ab]?');
  });

  test('says in its errors that it is a pattern', () => {
    expect(() => pattern`a:${null as unknown as KeyPart}`).toThrow(
      'part 1 of the pattern template',
    );
  });
});
