import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { KeyHash } from './key-hash.ts';

const keyHash = new KeyHash(new SeededRandom('a').hex(8));

describe('KeyHash', () => {
  it('gives the same key the same 32 bits, and another key or seed others', () => {
    const other = new KeyHash(new SeededRandom('b').hex(8));
    expect(keyHash.of('user:1')).toBe(keyHash.of('user:1'));
    expect(keyHash.of('user:1')).toBe(keyHash.of('user:1') | 0);
    expect(keyHash.of('user:1')).not.toBe(keyHash.of('user:2'));
    expect(keyHash.of('user:1')).not.toBe(other.of('user:1'));
  });

  it.each([
    ['numbers', (index: number) => `user:${index}`],
    ['repetitions', (index: number) => 'a'.repeat(index % 200) + String(index)],
    ['other alphabets', (index: number) => `産物:${index}`],
  ])('spreads keys that differ in %s', (_what, keyOf) => {
    const keys = Array.from({ length: 20_000 }, (_, index) => keyOf(index));
    expect(new Set(keys.map((key) => keyHash.of(key))).size).toBeGreaterThan(19_990);
    for (const shift of [0, 8, 16, 24]) {
      const counts = new Uint32Array(256);
      for (const key of keys) counts[(keyHash.of(key) >>> shift) & 255]!++;
      expect(Math.max(...counts)).toBeLessThan(2 * (keys.length / 256));
    }
  });

  it('makes keys that collide under one seed differ under another', () => {
    const seen = new Map<number, string>();
    const pairs: [string, string][] = [];
    for (let index = 0; pairs.length < 20; index++) {
      const key = `k${index}`;
      const hash = keyHash.of(key) & 0xffff;
      const earlier = seen.get(hash);
      if (earlier !== undefined) pairs.push([earlier, key]);
      seen.set(hash, key);
    }
    const other = new KeyHash(new SeededRandom('c').hex(8));
    const still = pairs.filter(([a, b]) => (other.of(a) & 0xffff) === (other.of(b) & 0xffff));
    expect(still.length).toBeLessThan(2);
  });
});
