import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { KeyHash } from './key-hash.ts';
import { KeyIndex } from './key-index.ts';

const keyHash = new KeyHash(new SeededRandom('index').hex(8));

/** An index with the slots that it tells of, and the same said plainly. */
class Indexed {
  readonly keys: (string | undefined)[] = [];
  readonly slotOf = new Map<string, number>();
  readonly index: KeyIndex;
  readonly #free: number[] = [];
  #capacity = 0;

  constructor(mostInMap: number, hash: KeyHash = keyHash) {
    this.index = new KeyIndex({ keyHash: hash, held: this, mostInMap });
  }

  /** Adds the key, or takes it out when it is there. */
  toggle(key: string): void {
    const held = this.slotOf.get(key);
    if (held === undefined) this.add(key);
    else this.remove(key, held);
  }

  add(key: string): void {
    const slot = this.#free.pop() ?? this.keys.length;
    if (slot >= this.#capacity) this.index.grow((this.#capacity = 2 * slot + 1));
    this.keys[slot] = key;
    this.slotOf.set(key, slot);
    this.index.add(key, slot);
  }

  remove(key: string, slot: number): void {
    this.index.remove(key, slot);
    this.keys[slot] = undefined;
    this.slotOf.delete(key);
    this.#free.push(slot);
  }

  clear(): void {
    for (const [key, slot] of this.slotOf) {
      this.keys[slot] = undefined;
      this.#free.push(slot);
      this.slotOf.delete(key);
    }
    this.index.clear();
  }

  check(): void {
    this.index.check();
    if (this.index.size !== this.slotOf.size) throw new Error(`counted ${this.index.size} keys`);
    for (const [key, slot] of this.slotOf) {
      if (this.index.find(key) !== slot) throw new Error(`${key} is not in ${slot}`);
      if (this.index.hash(slot) !== keyHash.of(key)) throw new Error(`another hash for ${key}`);
    }
  }
}

/** A key and what is done: mostly it is added or taken out, sometimes sought in vain before, seldom all goes. */
const step = fc.record({
  key: fc.nat(200).map((number) => `key ${number}`),
  act: fc.oneof(
    { weight: 30, arbitrary: fc.constant('toggle' as const) },
    { weight: 30, arbitrary: fc.constant('seek, toggle' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  ),
});

describe('KeyIndex', { timeout: 60_000 }, () => {
  it.each([1, 5, 40, 1_000])('finds what a Map finds, after every step: %i in its map', (most) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const indexed = new Indexed(most);
        for (const { key, act } of steps) {
          if (act === 'seek, toggle') {
            const slot = indexed.slotOf.get(key) ?? -1;
            if (indexed.index.find(key) !== slot) throw new Error(`${key} is not in ${slot}`);
          }
          if (act === 'clear') indexed.clear();
          else indexed.toggle(key);
          indexed.check();
        }
      }),
      { numRuns: 50 },
    );
  });

  it('finds nothing under other keys, also those of objects', () => {
    const indexed = new Indexed(1);
    for (const key of ['a', 'b', 'c']) indexed.add(key);
    for (const key of ['d', '', '__proto__', 'constructor']) {
      expect(indexed.index.find(key)).toBe(-1);
    }
    indexed.add('');
    indexed.check();
  });

  it('grows far beyond its first size, and shrinks to nothing', () => {
    const indexed = new Indexed(1_000);
    const keys = Array.from({ length: 200_000 }, (_, number) => `key:${number}`);
    for (const key of keys) indexed.add(key);
    indexed.check();
    for (const key of keys) indexed.toggle(key);
    indexed.check();
    for (const key of keys) if (indexed.index.find(key) !== -1) throw new Error(`${key} is left`);
    expect(indexed.index.size).toBe(0);
  });

  it('stays whole while as many keys come as go', () => {
    const indexed = new Indexed(100);
    for (let number = 0; number < 100_000; number++) {
      indexed.add(`key:${number}`);
      if (number >= 3_000) indexed.toggle(`key:${number - 3_000}`);
    }
    indexed.check();
    expect(indexed.index.size).toBe(3_000);
  });

  it('finds keys that all have the same hash', () => {
    const same = new (class extends KeyHash {
      override of(): number {
        return 0x12_34_56_78;
      }
    })('0123456789abcdef');
    const indexed = new Indexed(10, same);
    const keys = Array.from({ length: 300 }, (_, number) => `key:${number}`);
    for (const key of keys) indexed.add(key);
    for (const key of keys.filter((_, number) => number % 3 === 0)) indexed.toggle(key);
    for (const [key, slot] of indexed.slotOf) expect(indexed.index.find(key)).toBe(slot);
    indexed.index.check();
    expect(indexed.index.size).toBe(200);
  });
});
