import { describe, expect, it } from 'vitest';
import { failureOf } from './load-failure.ts';

const refuses = new Proxy(
  {},
  {
    get() {
      throw new Error('asked');
    },
  },
);

describe('failureOf', () => {
  it('tells name, message and code, each cut', () => {
    const error = Object.assign(new RangeError('m'.repeat(2_000)), { code: 'E_ROW' });
    const message = 'm'.repeat(1_024);
    expect(failureOf(error)).toEqual({ name: 'RangeError', message, code: 'E_ROW' });
    expect(failureOf('out of stock')).toEqual({ name: 'Error', message: 'out of stock' });
  });

  it.each([
    ['an object without a text', Object.create(null), 'something without a text was thrown'],
    ['what throws when it is asked', refuses, 'something without a text was thrown'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an error whose message is none', Object.assign(new Error(), { message: 7 }), '7'],
    [
      'an error that throws when it is asked',
      Object.defineProperty(new Error(), 'message', { get: () => String(Object.create(null)) }),
      'something without a text was thrown',
    ],
  ])('tells of %s', (_, thrown, message) => {
    expect(failureOf(thrown)).toEqual({ name: 'Error', message });
  });
});
