import { describe, expect, it } from 'vitest';
import type { EvictionPolicyName } from '../core/ports/eviction-policy.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { KeyHash } from './key-index/key-hash.ts';
import { MemoryTier } from './memory-tier.ts';

const all = ['s3-fifo', 'lru', 'lfu', 'fifo', 'ttl'] as const;
const end = Date.now() + 3_600_000;

function tierOf(policy: EvictionPolicyName, maxEntries: number, maxBytes = Infinity): MemoryTier {
  return new MemoryTier({ maxEntries, maxBytes, policy, random: new SeededRandom(policy) });
}

function put(tier: MemoryTier, key: string, weight = 1): void {
  tier.put({
    ...{ key, value: key, tags: [], weight, createdAt: 0 },
    ...{ freshUntil: end, staleUntil: end, expiresAt: end - (weight % 977) },
    ...{ loadStartedAt: 0, position: 0, version: 0, checkedSeq: 0 },
  });
}

/** Whether the key was held; if not it is now. */
function read(tier: MemoryTier, key: string): boolean {
  const slot = tier.find(key);
  if (slot === -1) put(tier, key);
  else tier.touch(slot);
  return slot !== -1;
}

/** Draws numbers from 0 up to `count`, small ones more often: the n-th with weight 1 / n ^ skew. */
function zipf(count: number, skew: number, random: SeededRandom): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index++) sums[index] = sum += (index + 1) ** -skew;
  return () => {
    const drawn = random.fraction() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Part of 60,000 Zipf-distributed reads of 20,000 keys that are hits. */
function zipfHits(policy: EvictionPolicyName, skew: number, maxEntries: number): number {
  const tier = tierOf(policy, maxEntries);
  const draw = zipf(20_000, skew, new SeededRandom(`${skew}`));
  let hits = 0;
  for (let count = 0; count < 60_000; count++) if (read(tier, `k${draw()}`)) hits++;
  return hits / 60_000;
}

describe('the hit ratio', { timeout: 60_000 }, () => {
  it.each([
    [0.8, 200],
    [0.8, 1_000],
    [0.99, 200],
    [0.99, 1_000],
    [1.1, 200],
  ])('of S3-FIFO and LFU is 2.5 points above that of LRU: Zipf %d, %i entries', (skew, entries) => {
    const lru = zipfHits('lru', skew, entries);
    expect(zipfHits('s3-fifo', skew, entries)).toBeGreaterThan(lru + 0.025);
    expect(zipfHits('lfu', skew, entries)).toBeGreaterThan(lru + 0.025);
  });

  /** Part of the reads of 500 keys in use that are hits, with two reads of never seen keys after each. */
  function hitsInFlood(policy: EvictionPolicyName): number {
    const tier = tierOf(policy, 1_000);
    const random = new SeededRandom('flood');
    let hits = 0;
    for (let count = 0; count < 40_000; count++) {
      const isHit = read(tier, `hot${Math.floor(random.fraction() * 500)}`);
      if (count >= 10_000 && isHit) hits++;
      for (const part of ['a', 'b']) read(tier, `once${count}${part}`);
    }
    return hits / 30_000;
  }

  it('of what is in use survives a flood of keys that are read once', () => {
    expect(hitsInFlood('lru')).toBeLessThan(0.6);
    expect(hitsInFlood('s3-fifo')).toBeGreaterThan(0.95);
    expect(hitsInFlood('lfu')).toBeGreaterThan(0.95);
  });

  it.each(['s3-fifo', 'lfu'] as const)('recovers when other keys become popular: %s', (policy) => {
    const tier = tierOf(policy, 1_000);
    for (let round = 0; round < 50; round++) {
      for (let index = 0; index < 900; index++) read(tier, `old${index}`);
    }
    let hits = 0;
    for (let round = 0; round < 60; round++) {
      for (let index = 0; index < 900; index++) {
        const isHit = read(tier, `new${index}`);
        if (round >= 50 && isHit) hits++;
      }
    }
    expect(hits / (10 * 900)).toBeGreaterThan(0.9);
  });
});

describe('keys whose hashes collide', () => {
  /** Keys of one fingerprint in the ghost and one block in the sketch, found as only a test can. */
  function collidingKeys(policy: EvictionPolicyName, count: number): string[] {
    const keyHash = new KeyHash(new SeededRandom(policy).hex(8));
    const keys: string[] = [];
    for (let index = 0; keys.length < count; index++) {
      if ((keyHash.of(`c${index}`) & 0x3ff) === 0) keys.push(`c${index}`);
    }
    return keys;
  }

  it.each(['s3-fifo', 'lfu'] as const)('keep nobody else out for ever: %s', (policy) => {
    const tier = tierOf(policy, 500);
    const colliding = collidingKeys(policy, 500);
    for (let round = 0; round < 20; round++) for (const key of colliding) read(tier, key);
    let hits = 0;
    for (let round = 0; round < 200; round++) {
      for (let index = 0; index < 50; index++) {
        const isHit = read(tier, `mine${index}`);
        if (round >= 150 && isHit) hits++;
      }
      for (const key of colliding.slice(0, 100)) read(tier, key);
    }
    expect(hits / (50 * 50)).toBeGreaterThan(0.8);
  });
});

/** Operations in each run: 100,000, or as many as the environment says. `KEEPFRESH_OPERATIONS=10000000` proves more. */
const operations = Number(process.env['KEEPFRESH_OPERATIONS'] ?? 100_000);

describe('many random operations, while bounds grow and shrink,', { timeout: 600_000 }, () => {
  it.each(all)('let no count drift: %s', (policy) => {
    const random = new SeededRandom(`drift ${policy}`);
    // With ten million operations so many entries that no `Map` finds them.
    const most = operations / 50;
    const tier = tierOf(policy, most, most * 2_000);
    const weights = new Map<string, number>();
    for (let count = 0; count < operations; count++) {
      const key = `k${Math.floor(random.fraction() ** 2 * 10 * most)}`;
      const slot = tier.find(key);
      const act = random.fraction();
      if (act < 0.5) {
        const weight = Math.floor(random.fraction() ** 4 * 60_000);
        put(tier, key, weight);
        weights.set(key, weight);
      } else if (slot !== -1 && act < 0.9) tier.touch(slot);
      else if (slot !== -1) tier.remove(slot);
      if (act > 0.999_999) tier.clear();
      if (count % (operations / 40) !== 0) continue;
      // Also what is still too much after operations since the last change.
      while (tier.trim(1_000));
      tier.check();
      const part = 0.1 + 0.9 * random.fraction();
      tier.resize({ maxEntries: Math.ceil(most * part), maxBytes: most * 2_000 * part });
    }
    while (tier.trim(1_000));
    tier.check();
    const held = [...weights].filter(([key]) => tier.find(key) !== -1);
    const bytes = held.reduce((sum, [, weight]) => sum + weight, 0);
    expect(held.length).toBe(tier.count);
    expect(tier.bytes).toBeGreaterThanOrEqual(bytes);
    expect(tier.bytes).toBeLessThan(bytes * 1.001);
    for (const [key] of held) tier.remove(tier.find(key));
    expect([tier.count, tier.bytes]).toEqual([0, 0]);
  });
});
