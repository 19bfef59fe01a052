import { describe, expect, it } from 'vitest';
import { HttpToken, parseDictionary, parseList, serializeString } from './structured-field.ts';

const token = (text: string): HttpToken => new HttpToken(text);

describe('parseList', () => {
  it.each([
    ['', []],
    ['"a", "b"', ['a', 'b']],
    [String.raw`"a\"b\\c"`, ['a"b\\c']],
    ['"a";x;y=1, b', ['a', token('b')]],
    ['1, -2.5, ?1, ?0, *x/y:z', [1, -2.5, true, false, token('*x/y:z')]],
    ['  "a"\t,\t"b"  ', ['a', 'b']],
  ])('reads %j', (field, members) => {
    expect(parseList(field)).toEqual(members);
  });

  it.each([
    '"a',
    '"a",',
    ',"a"',
    '"a" "b"',
    '(1 2)',
    ':YQ==:',
    '"ä"',
    '@1',
    '1.',
    '1234567890123456',
  ])('finds %j invalid as a whole', (field) => {
    expect(parseList(field)).toBeUndefined();
  });
});

describe('parseDictionary', () => {
  it('reads members with and without values; the last of two alike counts', () => {
    const members = [...parseDictionary('max-age=60, public, must-revalidate=?0, max-age=5;x')!];
    expect(members).toEqual([
      ['max-age', 5],
      ['public', true],
      ['must-revalidate', false],
    ]);
  });

  it.each(['Max-Age=60', 'a=', 'a=1,', '=1', 'a=1 b=2'])('finds %j invalid', (field) => {
    expect(parseDictionary(field)).toBeUndefined();
  });
});

describe('serializeString', () => {
  it('escapes quotes and backslashes, and has no way to say anything but ASCII', () => {
    expect(serializeString('a"b\\')).toBe(String.raw`"a\"b\\"`);
    expect(serializeString('ä')).toBeUndefined();
    expect(serializeString('a\r\nSet-Cookie: x')).toBeUndefined();
  });
});
