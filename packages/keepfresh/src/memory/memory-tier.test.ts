import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvictionPolicy } from '../core/ports/eviction-policy.ts';
import type { MemoryEntry, TagState } from '../core/ports/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Fifo } from './eviction/fifo.ts';
import { MemoryTier } from './memory-tier.ts';

function tagOf(tag: string): TagState {
  return { tag, bannedSeq: 0, expiredSeq: 0 };
}

const now = 1.8e12;

function entryOf(key: string, weight: number, value: unknown = key): MemoryEntry {
  return {
    ...{ key, value, tags: [tagOf(key)], weight },
    ...{ createdAt: now, freshUntil: now + 2, staleUntil: now + 3, expiresAt: now + 4 },
    ...{ loadStartedAt: 5, position: 6, version: 0, checkedSeq: 7 },
  };
}

function tierOf(
  bounds: { maxEntries?: number; maxBytes?: number } = {},
  onEvict?: (key: string) => void,
): MemoryTier {
  const { maxEntries = 10, maxBytes = 1000 } = bounds;
  return new MemoryTier({
    ...{ maxEntries, maxBytes, policy: 'fifo', clock: new FakeClock({ now }) },
    ...(onEvict && { onEvict }),
  });
}

describe('MemoryTier', () => {
  it('holds every field of an entry under its key', () => {
    const tier = tierOf();
    expect(tier.put(entryOf('a', 10, { deep: 1 }))).toBe(true);
    const slot = tier.find('a');
    expect(tier.value(slot)).toEqual({ deep: 1 });
    expect(tier.tags(slot)).toEqual([tagOf('a')]);
    const times = [tier.createdAt, tier.freshUntil, tier.staleUntil, tier.expiresAt];
    expect(times.map((read) => read.call(tier, slot))).toEqual([now, now + 2, now + 3, now + 4]);
    const rest = [tier.loadStartedAt, tier.position, tier.checkedSeq, tier.weight];
    expect(rest.map((read) => read.call(tier, slot))).toEqual([5, 6, 7, 10]);
    expect([tier.count, tier.bytes]).toEqual([1, 10]);
  });

  it('finds nothing under other keys, also those of objects', () => {
    const tier = tierOf();
    tier.put(entryOf('a', 1));
    for (const key of ['b', '', '__proto__', 'constructor']) expect(tier.find(key)).toBe(-1);
  });

  it('holds one entry under a key: the last', () => {
    const evicted: string[] = [];
    const tier = tierOf({}, (key) => evicted.push(key));
    tier.put(entryOf('a', 10, 'old'));
    tier.put(entryOf('a', 20, 'new'));
    expect([tier.count, tier.bytes, tier.value(tier.find('a'))]).toEqual([1, 20, 'new']);
    expect(evicted).toEqual([]);
    tier.check();
  });

  it('refuses an entry larger than a quarter of all, and keeps nothing under its key', () => {
    const tier = tierOf({ maxBytes: 1000 });
    tier.put(entryOf('a', 10));
    tier.put(entryOf('b', 10));
    expect(tier.put(entryOf('a', 251))).toBe(false);
    expect([tier.find('a'), tier.count, tier.bytes]).toEqual([-1, 1, 10]);
    expect(tier.put(entryOf('a', 250))).toBe(true);
    tier.check();
  });

  it('remembers what a slot was checked against, and expires it without losing its end', () => {
    const tier = tierOf();
    tier.put(entryOf('a', 1));
    const slot = tier.find('a');
    tier.setChecked(slot, 42);
    tier.expire(slot);
    expect(tier.checkedSeq(slot)).toBe(42);
    expect([tier.freshUntil(slot), tier.staleUntil(slot)]).toEqual([-Infinity, -Infinity]);
    expect(tier.expiresAt(slot)).toBe(now + 4);
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
    for (const key of ['a', 'b', 'a']) tier.put(entryOf(key, 1));
    tier.touch(tier.find('b'));
    tier.put(entryOf('c', 1));
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
    for (let index = 0; index < 6000; index++) tier.put(entryOf(`k${index}`, 7, index));
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
      for (let index = 0; index < 90_000; index++) tier.put(entryOf(`k${index}`, 1, index));
      tier.check();
      expect([tier.count, tier.find('k19999')]).toEqual([70_000, -1]);
      for (let index = 20_000; index < 90_000; index++) {
        if (tier.value(tier.find(`k${index}`)) !== index) expect(index).toBe('found');
      }
      for (let index = 20_000; index < 80_000; index++) tier.remove(tier.find(`k${index}`));
      tier.check();
      expect(tier.count).toBe(10_000);
      tier.clear();
      tier.put(entryOf('k80000', 1));
      tier.check();
      expect([tier.count, tier.find('k80001')]).toEqual([1, -1]);
    },
  );

  it('lets go of everything, and takes entries again', () => {
    const tier = tierOf({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c', 'd']) tier.put(entryOf(key, 10));
    tier.clear();
    tier.check();
    expect([tier.count, tier.bytes, tier.find('d')]).toEqual([0, 0, -1]);
    for (const key of ['e', 'f', 'g', 'h']) tier.put(entryOf(key, 10));
    tier.check();
    expect([tier.count, tier.find('e')]).toEqual([3, -1]);
  });
});

describe('MemoryTier, while it evicts', () => {
  it('holds the entry that was put, when a listener put the same key meanwhile', () => {
    const tier = tierOf({ maxEntries: 2 }, () => {
      if (tier.find('c') === -1) tier.put(entryOf('c', 10, 'of the listener'));
    });
    for (const name of ['a', 'b', 'c']) tier.put(entryOf(name, 10, name));
    tier.check();
    expect([tier.count, tier.value(tier.find('c'))]).toEqual([1, 'c']);
  });

  it('tells of an eviction when the entry is gone', () => {
    const found: number[] = [];
    const tier = tierOf({ maxEntries: 1 }, (name) => {
      found.push(tier.find(name), tier.count);
      tier.check();
    });
    for (const name of ['a', 'b']) tier.put(entryOf(name, 10));
    expect(found).toEqual([-1, 0]);
  });

  it('takes a listener that clears it', () => {
    const tier = tierOf({ maxEntries: 3 }, () => tier.clear());
    for (const name of ['a', 'b', 'c', 'd']) tier.put(entryOf(name, 10));
    tier.check();
    expect([tier.count, tier.value(tier.find('d'))]).toEqual([1, 'd']);
  });
});

type Step =
  | { readonly put: string; readonly weight: number }
  | { readonly remove: string }
  | { readonly touch: string }
  | { readonly clear: true };

const key = fc.integer({ min: 0, max: 12 }).map((number) => `k${number}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ put: key, weight: fc.nat(300) }) },
  { weight: 3, arbitrary: fc.record({ remove: key }) },
  { weight: 2, arbitrary: fc.record({ touch: key }) },
  { weight: 1, arbitrary: fc.constant({ clear: true } as const) },
);

/** What a tier has to do, said as plainly as possible. */
class Oracle {
  held: MemoryEntry[] = [];
  evicted: string[] = [];
  readonly #maxEntries: number;
  readonly #maxBytes: number;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.held.reduce((sum, { weight }) => sum + weight, 0);
  }

  put(entry: MemoryEntry): boolean {
    const held = this.held.findIndex(({ key: name }) => name === entry.key);
    const weight = held === -1 ? 0 : this.held[held]!.weight;
    const fits = this.bytes - weight + entry.weight <= this.#maxBytes;
    if (held !== -1 && fits && entry.weight <= this.#maxBytes / 4) {
      this.held[held] = entry;
      return true;
    }
    this.remove(entry.key);
    if (entry.weight > this.#maxBytes / 4) return false;
    while (this.held.length >= this.#maxEntries || this.bytes + entry.weight > this.#maxBytes) {
      this.evicted.push(this.held.shift()?.key ?? 'nothing');
    }
    this.held.push(entry);
    return true;
  }

  remove(name: string): void {
    this.held = this.held.filter((entry) => entry.key !== name);
  }
}

function apply(tier: MemoryTier, oracle: Oracle, one: Step): void {
  if ('put' in one) {
    const entry = entryOf(one.put, one.weight, {});
    expect(tier.put(entry)).toBe(oracle.put(entry));
  } else if ('clear' in one) {
    tier.clear();
    oracle.held = [];
  } else {
    const slot = tier.find('remove' in one ? one.remove : one.touch);
    if (slot !== -1 && 'remove' in one) tier.remove(slot);
    else if (slot !== -1) tier.touch(slot);
    if ('remove' in one) oracle.remove(one.remove);
  }
}

describe('MemoryTier against its definition', () => {
  it(
    'holds the same entries, and evicts the same in the same order',
    { tags: ['thorough'] },
    () => {
      const bounds = fc.record({
        maxEntries: fc.integer({ min: 1, max: 9 }),
        maxBytes: fc.integer({ min: 400, max: 2000 }),
      });
      fc.assert(
        fc.property(
          bounds,
          fc.array(step, { maxLength: 120, size: 'max' }),
          ({ maxEntries, maxBytes }, steps) => {
            const evicted: string[] = [];
            const tier = tierOf({ maxEntries, maxBytes }, (name) => evicted.push(name));
            const oracle = new Oracle(maxEntries, maxBytes);
            for (const one of steps) {
              apply(tier, oracle, one);
              tier.check();
              expect([tier.count, tier.bytes]).toEqual([oracle.held.length, oracle.bytes]);
              for (const entry of oracle.held) {
                expect(tier.value(tier.find(entry.key))).toBe(entry.value);
              }
            }
            expect(evicted).toEqual(oracle.evicted);
          },
        ),
      );
    },
  );

  it('stays whole when a listener of its evictions changes it meanwhile', () => {
    const reaction = fc.option(step, { nil: undefined, freq: 2 });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, reaction), { maxLength: 60, size: 'max' }), (steps) => {
        const reactions: Step[] = [];
        const tier = tierOf({ maxEntries: 4, maxBytes: 900 }, () => {
          const next = reactions.pop();
          if (next !== undefined) act(next);
        });
        const act = (one: Step): void => {
          if ('put' in one) {
            const value = {};
            const isHeld = tier.put(entryOf(one.put, one.weight, value));
            const slot = tier.find(one.put);
            if (isHeld) expect(tier.value(slot)).toBe(value);
          } else if ('clear' in one) tier.clear();
          else {
            const slot = tier.find('remove' in one ? one.remove : one.touch);
            if (slot !== -1) tier.remove(slot);
          }
          tier.check();
        };
        for (const [one, next] of steps) {
          if (next !== undefined) reactions.push(next);
          act(one);
        }
      }),
    );
  });
});

describe('the self-check of MemoryTier', () => {
  it('finds a policy that loses slots', () => {
    const careless = Object.assign(new Fifo(), { onInsert: () => {} });
    const tier = new MemoryTier({ maxEntries: 2, maxBytes: 1000, policy: () => careless });
    tier.put(entryOf('a', 1));
    expect(() => tier.check()).toThrow('the policy holds other slots than memory');
  });

  it('finds a slot that was given back twice', () => {
    const careless = Object.assign(new Fifo(), { onRemove: () => {} });
    const tier = new MemoryTier({ maxEntries: 2, maxBytes: 1000, policy: () => careless });
    tier.put(entryOf('a', 1));
    tier.remove(0);
    expect(() => {
      tier.remove(0);
      tier.check();
    }).toThrow();
  });
});
