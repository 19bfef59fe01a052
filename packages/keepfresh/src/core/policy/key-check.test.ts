import { describe, expect, test } from 'vitest';
import { checkKey, checkPattern, checkTag, maxNameBytes } from './key-check.ts';

describe('checkKey', () => {
  test.each(['a', 'user:*', '/api/products?page=2', '%', 'a~b', '{x}', ' ', '日本', '😀'])(
    'takes %j as it is',
    (name) => {
      expect(checkKey(name, 100)).toBe(name);
    },
  );

  test.each(['', undefined, null, 7, {}, ['a'], Symbol('a')])('refuses %o', (value) => {
    expect(() => checkKey(value, 100)).toThrow('key must be a non-empty string');
  });

  test('refuses half a character, which stores could not tell from another', () => {
    expect(() => checkKey('a\ud800', 100)).toThrow('key must be without lone surrogates');
  });

  test('refuses the sign that begins a namespace', () => {
    expect(() => checkKey('~catalog/x', 100)).toThrow("key must not begin with '~'");
  });

  test('counts UTF-8 bytes', () => {
    expect(checkKey('é'.repeat(50), 100)).toHaveLength(50);
    expect(() => checkKey(`${'é'.repeat(50)}a`, 100)).toThrow(
      'key must have at most 100 UTF-8 bytes, but had 101: it begins with "éé',
    );
    expect(checkKey('a'.repeat(100), 100)).toHaveLength(100);
    expect(() => checkKey('a'.repeat(101), 100)).toThrow('had 101');
  });

  test('names the field it was given', () => {
    expect(() => checkKey('', 100, 'keys[3]')).toThrow('keys[3] must be');
  });
});

describe('checkTag', () => {
  test('holds tags to the rules of keys', () => {
    expect(checkTag('org:7')).toBe('org:7');
    expect(() => checkTag('~x')).toThrow("tag must not begin with '~'");
    expect(() => checkTag('x'.repeat(maxNameBytes + 1))).toThrow('tag must have at most 1024');
  });
});

describe('checkPattern', () => {
  test('takes globs, also ones that reach into a namespace', () => {
    expect(checkPattern('user:*')).toBe('user:*');
    expect(checkPattern('~catalog/*')).toBe('~catalog/*');
  });

  test('refuses what is empty, broken or too long', () => {
    expect(() => checkPattern('')).toThrow('pattern must be a non-empty string');
    expect(() => checkPattern('\udc00')).toThrow('pattern must be without lone surrogates');
    expect(() => checkPattern('x'.repeat(maxNameBytes + 1))).toThrow('pattern must have at most');
  });
});
