import { describe, expect, it } from 'vitest';
import { slotOf } from './key-slot.ts';

describe('the slot of a key', () => {
  // The servers' own answers are compared in test/redis-cluster.test.ts; these are of the specification.
  it.each([
    ['123456789', 12_739],
    ['foo', 12_182],
    ['bar', 5_061],
    ['', 0],
  ])('of %o is %d', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });

  it.each([
    ['{user1000}.following', 'user1000'],
    ['foo{bar}{zap}', 'bar'],
    ['foo{{bar}}zap', '{bar'],
    ['{shop}:log', 'shop'],
  ])('of %o is that of %o', (key, hashed) => {
    expect(slotOf(key)).toBe(slotOf(hashed));
  });

  it.each(['foo{}bar', 'foo{bar', 'foo}{bar'])('of %o is that of the whole key', (key) => {
    expect(slotOf(key)).not.toBe(slotOf('bar'));
    expect(slotOf(key)).not.toBe(slotOf(''));
  });
});
