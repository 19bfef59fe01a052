import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeAt, memoryEntry } from '../../test/memory-entry.ts';
import type { MemoryEntry } from '../core/ports/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryTier } from './memory-tier.ts';

/** Holds so much, and evicts what was put first. */
function tierOf(
  bounds: { readonly maxEntries: number; readonly maxBytes: number },
  onEvict: (key: string) => void,
): MemoryTier {
  const clock = new FakeClock({ now: madeAt });
  return new MemoryTier({ ...bounds, policy: 'fifo', clock, onEvict });
}

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
    const entry = memoryEntry(one.put, one.weight, {});
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
  it('holds the same entries, and evicts the same in the same order', () => {
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
  });

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
            const isHeld = tier.put(memoryEntry(one.put, one.weight, value));
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
