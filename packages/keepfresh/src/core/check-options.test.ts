import { describe, expect, it } from 'vitest';
import { checkNames, oneOf, wholeNumber, withMethods } from './check-options.ts';

describe('checkNames', () => {
  it('takes objects that have only the names given', () => {
    for (const options of [{}, { b: 1 }, { a: undefined, b: 2 }, Object.create(null)]) {
      expect(() => checkNames(options, 'options', ['a', 'b'])).not.toThrow();
    }
  });

  it('names the option that does not exist, and those that do, sorted', () => {
    expect(() => checkNames({ b: 1, tll: 5 }, 'memory', ['ttl', 'b'])).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: "memory has no option 'tll'; it has b, ttl",
      }),
    );
    expect(() => checkNames(JSON.parse('{"__proto__":1}'), 'memory', ['b'])).toThrow('__proto__');
  });

  it.each([null, undefined, 5, 'text', [], true, () => {}])('refuses %o as options', (value) => {
    expect(() => checkNames(value, 'memory', [])).toThrow('memory must be an object with options');
  });
});

describe('wholeNumber', () => {
  const range = { min: 1, max: 10, default: 7 };

  it('gives the number within its range, and the default for none', () => {
    expect([1, 5, 10].map((value) => wholeNumber(value, 'n', range))).toEqual([1, 5, 10]);
    expect(wholeNumber(undefined, 'n', range)).toBe(7);
  });

  it.each([0, 11, 1.5, Number.NaN, Infinity, '5', null, 5n, {}])('refuses %o', (value) => {
    expect(() => wholeNumber(value, 'loads.queued', range)).toThrow(
      'loads.queued must be a whole number from 1 to 10, but was',
    );
  });
});

describe('oneOf', () => {
  it('gives the name, and the first for none', () => {
    expect(oneOf('b', 'sharing', ['a', 'b'])).toBe('b');
    expect(oneOf(undefined, 'sharing', ['a', 'b'])).toBe('a');
  });

  it.each(['c', '', null, 0, 'A', ['a']])('refuses %o', (value) => {
    expect(() => oneOf(value, 'sharing', ['a', 'b'])).toThrow(
      "sharing must be 'a' or 'b', but was",
    );
  });
});

describe('withMethods', () => {
  class Clock {
    now(): number {
      return 1;
    }
  }

  it('gives the object itself, inherited methods included', () => {
    const clock = new Clock();
    expect(withMethods(clock, 'clock', ['now'])).toBe(clock);
    expect(withMethods({ a: () => {}, b: 1 }, 'port', ['a'])).toHaveProperty('b', 1);
  });

  it('says which of them an object does not have', () => {
    expect(() => withMethods({ now: () => 1 }, 'clock', ['now', 'schedule'])).toThrow(
      'clock must be an object with the methods now, schedule, but was an object without schedule',
    );
  });

  it.each([null, undefined, 5, {}, { now: 5 }, 'text', () => {}])('refuses %o', (value) => {
    expect(() => withMethods(value, 'clock', ['now', 'schedule'])).toThrow(
      'clock must be an object with the methods now, schedule, but was',
    );
  });
});
