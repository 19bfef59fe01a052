import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeAt, memoryEntry } from '../../test/memory-entry.ts';
import type { EvictionPolicyName } from '../core/ports/eviction-policy.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { MemoryTier } from './memory-tier.ts';

const policies: readonly EvictionPolicyName[] = ['s3-fifo', 'lru', 'lfu', 'fifo', 'ttl'];

function tierOf(policy: EvictionPolicyName, maxEntries = 200): MemoryTier {
  const [clock, random] = [new FakeClock({ now: madeAt }), new SeededRandom(1)];
  return new MemoryTier({ maxEntries, maxBytes: 100_000, policy, clock, random });
}

function put(tier: MemoryTier, key: string, weight = 100): boolean {
  return tier.put(memoryEntry(key, weight));
}

function trimAll(tier: MemoryTier): void {
  while (tier.trim(7));
}

describe('memory whose bounds change', () => {
  it.each(policies)('evicts by %s what is too much, a few at a time', (policy) => {
    const tier = tierOf(policy);
    for (let n = 0; n < 200; n++) put(tier, `k${n}`);
    expect(tier.resize({ maxEntries: 50, maxBytes: 100_000 })).toBe(true);
    expect([tier.count, tier.trim(10), tier.count]).toEqual([200, true, 190]);
    put(tier, 'while it shrinks');
    expect(tier.find('while it shrinks')).not.toBe(-1);
    expect(tier.count).toBeGreaterThan(170);
    trimAll(tier);
    expect(tier.count).toBe(50);
    tier.check();
    expect(tier.resize({ maxEntries: 200, maxBytes: 1_000 })).toBe(true);
    trimAll(tier);
    expect(tier.bytes).toBeLessThanOrEqual(1_000);
    tier.check();
  });

  it('refuses bounds that leave nothing beside what was reserved, and changes nothing', () => {
    const tier = tierOf('lru');
    expect(tier.reserve('a:', { maxEntries: 50, maxBytes: 10_000 })).toBe('done');
    expect(tier.resize({ maxEntries: 50, maxBytes: 100_000 })).toBe(false);
    expect(tier.resize({ maxEntries: 100, maxBytes: 10_000 })).toBe(false);
    expect([tier.maxEntries, tier.maxBytes]).toEqual([200, 100_000]);
  });

  it('holds every bound, whatever is put, reserved and resized in whatever order', () => {
    const step = fc.oneof(
      fc.record({ put: fc.integer({ min: 0, max: 60 }), weight: fc.integer({ min: 1, max: 900 }) }),
      fc.record({
        maxEntries: fc.integer({ min: 1, max: 40 }),
        maxBytes: fc.integer({ min: 1_024, max: 9_000 }),
      }),
      fc.record({ part: fc.constantFrom(0.1, 0.3) }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...policies),
        fc.array(step, { maxLength: 60 }),
        (policy, steps) => {
          const tier = tierOf(policy, 30);
          for (const each of steps) {
            if ('put' in each)
              put(tier, `${each.put % 2 === 0 ? 'a:' : ''}${each.put}`, each.weight);
            else if ('part' in each) tier.reserve(each.part === 0.1 ? 'a:' : 'b:', each);
            else tier.resize(each);
          }
          trimAll(tier);
          tier.check();
          expect(tier.count).toBeLessThanOrEqual(tier.maxEntries);
          expect(tier.bytes).toBeLessThanOrEqual(tier.maxBytes);
        },
      ),
      { numRuns: 200 },
    );
  });
});
