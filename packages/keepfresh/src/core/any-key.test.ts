import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyKey } from './any-key.ts';
import { checkKey } from './policy/key-check.ts';

/** Texts as they come, and such as begin like what was made of others. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('~', '%', '#', 'a', '\ud800'), maxLength: 8 }),
  fc.integer({ min: 890, max: 910 }).map((length) => 'x'.repeat(length)),
);

describe('anyKey', () => {
  it('keeps usual keys as they are', () => {
    expect(['user:1', 'a b', 'ä/é?x=1'].map(anyKey)).toEqual(['user:1', 'a b', 'ä/é?x=1']);
  });

  it('makes a key that can be used of any text', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(checkKey(anyKey(any), 1_024)).toBe(anyKey(any));
      }),
    );
  });

  it('makes different keys of different texts', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(anyKey(one) === anyKey(other)).toBe(one === other);
      }),
      {
        examples: [
          ['%~', '~'],
          ['%%', '%'],
          ['\ud800', '\udfff'],
          ['', '%#'],
        ],
      },
    );
  });
});
