import { MemoryTier } from 'keepfresh/memory';
import { SeededRandom } from 'keepfresh/testing';
import type { MemoryContender, MemoryOptions, OpenedMemory } from './memory.ts';

type Policy = 's3-fifo' | 'lru' | 'lfu' | 'fifo' | 'ttl';

/** The memory of keepfresh alone, with one of its policies, as a map: no engine, no log, no tags. Every entry ends. */
export function keepfreshWith(policy: Policy): MemoryContender {
  return {
    name: `keepfresh ${policy}`,
    package: 'keepfresh',
    open: (options) => openTier(options, policy),
  };
}

function openTier({ maxEntries, ttlMs }: MemoryOptions, policy: Policy): OpenedMemory {
  const random = new SeededRandom('benchmarks');
  const tier = new MemoryTier({ maxEntries, maxBytes: Infinity, policy, random });
  const opened = Date.now();
  const endOf = policy === 'ttl' ? oneAfterTheOther(opened) : () => opened + aDay;
  return {
    get: ttlMs === undefined ? (key) => found(tier, key) : (key) => foundFresh(tier, key),
    set(key, value) {
      const now = ttlMs === undefined ? opened : Date.now();
      return tier.put(entryOf(key, value, now, ttlMs === undefined ? endOf() : now + ttlMs));
    },
    delete(key) {
      const slot = tier.find(key);
      if (slot !== -1) tier.remove(slot);
    },
  };
}

/** Ends of entries that live equally long and are set one millisecond after the other, whatever a clock says. */
function oneAfterTheOther(opened: number): () => number {
  let end = opened + aDay;
  return () => end++;
}

const aDay = 86_400_000;

function found(tier: MemoryTier, key: string): unknown {
  const slot = tier.find(key);
  if (slot === -1) return undefined;
  tier.touch(slot);
  return tier.value(slot);
}

/** As the engine does: expiry is checked on reading. */
function foundFresh(tier: MemoryTier, key: string): unknown {
  const slot = tier.find(key);
  if (slot === -1) return undefined;
  if (!tier.isFresh(slot, Date.now())) {
    tier.remove(slot);
    return undefined;
  }
  tier.touch(slot);
  return tier.value(slot);
}

function entryOf(key: string, value: unknown, now: number, end: number) {
  return {
    key,
    value,
    tags: noTags,
    createdAt: now,
    freshUntil: end,
    staleUntil: end,
    expiresAt: end,
    loadStartedAt: Number.NEGATIVE_INFINITY,
    position: 0,
    version: 0,
    checkedSeq: 0,
    weight: 1,
  };
}

const noTags: never[] = [];
