import { describe, expect, it } from 'vitest';
import { parseCacheControl, secondsOf } from './cache-control.ts';

const parsed = (value?: string): Record<string, string> =>
  Object.fromEntries(parseCacheControl(value));

describe('parseCacheControl', () => {
  it.each<[string | undefined, Record<string, string>]>([
    [undefined, {}],
    ['', {}],
    ['No-Store', { 'no-store': '' }],
    ['PRIVATE="set-cookie, x", max-age = 5', { private: 'set-cookie, x', 'max-age': '5' }],
    [',,public,,', { public: '' }],
    ['max-age=60, max-age=5', { 'max-age': '60' }],
    ['max-age="60"', { 'max-age': '60' }],
    ['private="unfinished, no-store', { private: 'unfinished, no-store' }],
    ['ext="a\\"b", no-cache', { ext: 'a"b', 'no-cache': '' }],
  ])('reads %j', (value, directives) => {
    expect(parsed(value)).toEqual(directives);
  });
});

describe('secondsOf', () => {
  it.each<[string, number | undefined]>([
    ['public', undefined],
    ['max-age=0', 0],
    ['max-age=60', 60],
    ['max-age=-1', 0],
    ['max-age=1.5', 0],
    ['max-age=1e3', 0],
    ['max-age', 0],
    ['max-age=99999999999999999999', 2 ** 31],
  ])('takes from %j', (value, seconds) => {
    expect(secondsOf(parseCacheControl(value), 'max-age')).toBe(seconds);
  });
});
