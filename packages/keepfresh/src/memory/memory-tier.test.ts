import { describe, expect, it } from 'vitest';
import { madeAt, memoryEntry } from '../../test/memory-entry.ts';
import type { EvictionPolicy } from '../core/ports/eviction-policy.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Fifo } from './eviction/fifo.ts';
import { MemoryTier } from './memory-tier.ts';

function tierOf(
  bounds: { maxEntries?: number; maxBytes?: number } = {},
  onEvict?: (key: string) => void,
): MemoryTier {
  const { maxEntries = 10, maxBytes = 1000 } = bounds;
  return new MemoryTier({
    ...{ maxEntries, maxBytes, policy: 'fifo', clock: new FakeClock({ now: madeAt }) },
    ...(onEvict && { onEvict }),
  });
}

describe('MemoryTier', () => {
  it('holds every field of an entry under its key', () => {
    const tier = tierOf();
    expect(tier.put(memoryEntry('a', 10, { deep: 1 }))).toBe(true);
    const slot = tier.find('a');
    expect(tier.value(slot)).toEqual({ deep: 1 });
    expect(tier.tags(slot)).toEqual([{ tag: 'a', bannedSeq: 0, expiredSeq: 0 }]);
    const times = [tier.createdAt, tier.freshUntil, tier.staleUntil, tier.expiresAt];
    expect(times.map((read) => read.call(tier, slot) - madeAt)).toEqual([0, 2, 3, 4]);
    const rest = [tier.loadStartedAt, tier.position, tier.checkedSeq, tier.weight];
    expect(rest.map((read) => read.call(tier, slot))).toEqual([5, 6, 7, 10]);
    expect([tier.count, tier.bytes]).toEqual([1, 10]);
  });

  it('finds nothing under other keys, also those of objects', () => {
    const tier = tierOf();
    tier.put(memoryEntry('a', 1));
    for (const key of ['b', '', '__proto__', 'constructor']) expect(tier.find(key)).toBe(-1);
  });

  it('holds one entry under a key: the last', () => {
    const evicted: string[] = [];
    const tier = tierOf({}, (key) => evicted.push(key));
    tier.put(memoryEntry('a', 10, 'old'));
    tier.put(memoryEntry('a', 20, 'new'));
    expect([tier.count, tier.bytes, tier.value(tier.find('a'))]).toEqual([1, 20, 'new']);
    expect(evicted).toEqual([]);
    tier.check();
  });

  it('refuses an entry larger than a quarter of all, and keeps nothing under its key', () => {
    const tier = tierOf({ maxBytes: 1000 });
    tier.put(memoryEntry('a', 10));
    tier.put(memoryEntry('b', 10));
    expect(tier.put(memoryEntry('a', 251))).toBe(false);
    expect([tier.find('a'), tier.count, tier.bytes]).toEqual([-1, 1, 10]);
    expect(tier.put(memoryEntry('a', 250))).toBe(true);
    tier.check();
  });

  it('remembers what a slot was checked against, and expires it without losing its end', () => {
    const tier = tierOf();
    tier.put(memoryEntry('a', 1));
    const slot = tier.find('a');
    tier.setChecked(slot, 42);
    tier.expire(slot);
    expect(tier.checkedSeq(slot)).toBe(42);
    expect([tier.freshUntil(slot), tier.staleUntil(slot)]).toEqual([-Infinity, -Infinity]);
    expect(tier.expiresAt(slot)).toBe(madeAt + 4);
  });

  it('tells its policy of each insertion, use and removal, once and in order', () => {
    const calls: string[] = [];
    const fifo = new Fifo();
    const policy: EvictionPolicy = {
      name: 'watched',
      grow: (capacity) => fifo.grow(capacity),
      onInsert: (slot) => {
        calls.push(`insert ${slot}`);
        fifo.onInsert(slot);
      },
      onHit: (slot) => {
        calls.push(`hit ${slot}`);
      },
      onReplace: (slot) => {
        calls.push(`replace ${slot}`);
      },
      onRemove: (slot) => {
        calls.push(`remove ${slot}`);
        fifo.onRemove(slot);
      },
      evict: () => {
        const slot = fifo.evict();
        calls.push(`evict ${slot}`);
        return slot;
      },
      clear: () => {
        calls.push('clear');
        fifo.clear();
      },
    };
    const tier = new MemoryTier({ maxEntries: 2, maxBytes: 1000, policy: () => policy });
    for (const key of ['a', 'b', 'a']) tier.put(memoryEntry(key, 1));
    tier.touch(tier.find('b'));
    tier.put(memoryEntry('c', 1));
    tier.remove(tier.find('b'));
    tier.clear();
    expect(calls).toEqual([
      'insert 0',
      'insert 1',
      'replace 0',
      'hit 1',
      'evict 0',
      'insert 0',
      'remove 1',
      'clear',
    ]);
  });

  it('grows with what it holds, far beyond its first size', { tags: ['thorough'] }, () => {
    const tier = tierOf({ maxEntries: 5000, maxBytes: 1e9 });
    for (let index = 0; index < 6000; index++) tier.put(memoryEntry(`k${index}`, 7, index));
    tier.check();
    expect([tier.count, tier.bytes]).toEqual([5000, 35_000]);
    expect(tier.find('k999')).toBe(-1);
    for (let index = 1000; index < 6000; index++) {
      expect(tier.value(tier.find(`k${index}`))).toBe(index);
    }
  });

  it(
    'is whole with so many entries that no map finds them any more',
    { tags: ['thorough'] },
    () => {
      const tier = tierOf({ maxEntries: 70_000, maxBytes: 1e9 });
      for (let index = 0; index < 90_000; index++) tier.put(memoryEntry(`k${index}`, 1, index));
      tier.check();
      expect([tier.count, tier.find('k19999')]).toEqual([70_000, -1]);
      for (let index = 20_000; index < 90_000; index++) {
        if (tier.value(tier.find(`k${index}`)) !== index) expect(index).toBe('found');
      }
      for (let index = 20_000; index < 80_000; index++) tier.remove(tier.find(`k${index}`));
      tier.check();
      expect(tier.count).toBe(10_000);
      tier.clear();
      tier.put(memoryEntry('k80000', 1));
      tier.check();
      expect([tier.count, tier.find('k80001')]).toEqual([1, -1]);
    },
  );

  it('lets go of everything, and takes entries again', () => {
    const tier = tierOf({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c', 'd']) tier.put(memoryEntry(key, 10));
    tier.clear();
    tier.check();
    expect([tier.count, tier.bytes, tier.find('d')]).toEqual([0, 0, -1]);
    for (const key of ['e', 'f', 'g', 'h']) tier.put(memoryEntry(key, 10));
    tier.check();
    expect([tier.count, tier.find('e')]).toEqual([3, -1]);
  });
});

describe('MemoryTier, while it evicts', () => {
  it('holds the entry that was put, when a listener put the same key meanwhile', () => {
    const tier = tierOf({ maxEntries: 2 }, () => {
      if (tier.find('c') === -1) tier.put(memoryEntry('c', 10, 'of the listener'));
    });
    for (const name of ['a', 'b', 'c']) tier.put(memoryEntry(name, 10, name));
    tier.check();
    expect([tier.count, tier.value(tier.find('c'))]).toEqual([1, 'c']);
  });

  it('tells of an eviction when the entry is gone', () => {
    const found: number[] = [];
    const tier = tierOf({ maxEntries: 1 }, (name) => {
      found.push(tier.find(name), tier.count);
      tier.check();
    });
    for (const name of ['a', 'b']) tier.put(memoryEntry(name, 10));
    expect(found).toEqual([-1, 0]);
  });

  it('takes a listener that clears it', () => {
    const tier = tierOf({ maxEntries: 3 }, () => tier.clear());
    for (const name of ['a', 'b', 'c', 'd']) tier.put(memoryEntry(name, 10));
    tier.check();
    expect([tier.count, tier.value(tier.find('d'))]).toEqual([1, 'd']);
  });
});

describe('the self-check of MemoryTier', () => {
  it('finds a policy that loses slots', () => {
    const careless = Object.assign(new Fifo(), { onInsert: () => {} });
    const tier = new MemoryTier({ maxEntries: 2, maxBytes: 1000, policy: () => careless });
    tier.put(memoryEntry('a', 1));
    expect(() => tier.check()).toThrow('the policy holds other slots than memory');
  });

  it('finds a slot that was given back twice', () => {
    const careless = Object.assign(new Fifo(), { onRemove: () => {} });
    const tier = new MemoryTier({ maxEntries: 2, maxBytes: 1000, policy: () => careless });
    tier.put(memoryEntry('a', 1));
    tier.remove(0);
    expect(() => {
      tier.remove(0);
      tier.check();
    }).toThrow();
  });
});
