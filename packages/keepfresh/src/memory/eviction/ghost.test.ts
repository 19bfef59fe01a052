import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { Ghost } from './ghost.ts';

function ghostOf(capacity: number): Ghost {
  const ghost = new Ghost();
  ghost.resize(capacity);
  return ghost;
}

function hashes(count: number, seed: string): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => Math.floor(random.fraction() * 2 ** 32) | 0);
}

describe('Ghost', () => {
  it('knows nothing at first, nor what was not added', () => {
    expect(ghostOf(100).take(1)).toBe(false);
    const ghost = ghostOf(100);
    ghost.add(1);
    expect(ghost.take(2)).toBe(false);
  });

  it('finds what was added, once', () => {
    const ghost = ghostOf(100);
    ghost.add(-5);
    expect([ghost.take(-5), ghost.take(-5)]).toEqual([true, false]);
  });

  it('finds a hash whose lower bits are all zero', () => {
    const ghost = ghostOf(100);
    for (const hash of [0, 0x10000, -0x10000]) ghost.add(hash);
    expect([0, 0x10000, -0x10000].map((hash) => ghost.take(hash))).toEqual([true, true, true]);
  });

  it.each([20, 1_000, 100_000])(
    'remembers the last %i, and hardly more',
    { tags: ['thorough'] },
    (capacity) => {
      const ghost = ghostOf(capacity);
      const added = hashes(3 * capacity, `added ${capacity}`);
      for (const hash of added) ghost.add(hash);
      const found = (from: number, to: number): number =>
        added.slice(from, to).filter((hash) => ghost.take(hash)).length / (to - from);
      expect(found(2 * capacity, 3 * capacity)).toBeGreaterThan(0.85);
      expect(found(0, 2 * capacity - 1)).toBeLessThan(0.01);
    },
  );

  it('hardly ever finds what was not added', () => {
    const ghost = ghostOf(50_000);
    for (const hash of hashes(50_000, 'added')) ghost.add(hash);
    const others = hashes(50_000, 'others').filter((hash) => ghost.take(hash));
    expect(others.length / 50_000).toBeLessThan(0.001);
  });

  it('forgets what is older than its capacity also after its clock has wrapped', () => {
    const ghost = ghostOf(100);
    ghost.add(77);
    for (const hash of hashes(65_536 - 50, 'many')) ghost.add(hash);
    expect(ghost.take(77)).toBe(false);
  });

  it('forgets everything when it is cleared', () => {
    const ghost = ghostOf(100);
    ghost.add(1);
    ghost.clear();
    expect(ghost.take(1)).toBe(false);
  });
});
