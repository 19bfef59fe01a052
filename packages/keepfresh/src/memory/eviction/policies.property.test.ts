import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvictionPolicy, HeldSlots } from '../../core/ports/eviction-policy.ts';
import { Fifo } from './fifo.ts';
import { Ghost } from './ghost.ts';
import { Lru } from './lru.ts';
import { S3Fifo } from './s3-fifo.ts';

const slots = 24;

/** What the slots hold: the hash and end of a slot stay the same until it is inserted or replaced. */
class Slots implements HeldSlots {
  readonly hashes = new Map<number, number>();
  readonly ends = new Map<number, number>();

  hash(slot: number): number {
    return this.hashes.get(slot)!;
  }
  expiresAt(slot: number): number {
    return this.ends.get(slot)!;
  }
  weight(): number {
    return 1;
  }
}

/** A policy said as plainly as possible: arrays, searched from the front. */
interface Oracle {
  insert(slot: number): void;
  hit(slot: number): void;
  replace(slot: number): void;
  remove(slot: number): void;
  /** The slots that may go next. Those that do not go stay. */
  evict(): number;
  clear(): void;
  readonly held: readonly number[];
}

/** First in, first out; with `onUse`, used slots go behind the others. */
class QueueOracle implements Oracle {
  held: number[] = [];
  readonly #onUse: boolean;

  constructor(onUse: boolean) {
    this.#onUse = onUse;
  }
  insert(slot: number): void {
    this.held.push(slot);
  }
  hit(slot: number): void {
    if (!this.#onUse) return;
    this.remove(slot);
    this.held.push(slot);
  }
  replace(slot: number): void {
    this.hit(slot);
  }
  remove(slot: number): void {
    this.held = this.held.filter((each) => each !== slot);
  }
  evict(): number {
    return this.held.shift() ?? -1;
  }
  clear(): void {
    this.held = [];
  }
}

/** The pseudo code of the paper, with the same ghost. */
class S3Oracle implements Oracle {
  small: number[] = [];
  main: number[] = [];
  readonly uses = new Map<number, number>();
  readonly ghost = new Ghost();
  readonly #slots: Slots;

  constructor(of: Slots) {
    this.#slots = of;
    this.ghost.resize(Math.ceil(slots * 0.9));
  }
  get held(): readonly number[] {
    return [...this.small, ...this.main];
  }
  insert(slot: number): void {
    const queue = this.ghost.take(this.#slots.hash(slot)) ? this.main : this.small;
    queue.push(slot);
    this.uses.set(slot, 0);
  }
  hit(slot: number): void {
    this.uses.set(slot, Math.min(3, this.uses.get(slot)! + 1));
  }
  replace(slot: number): void {
    this.hit(slot);
  }
  remove(slot: number): void {
    this.small = this.small.filter((each) => each !== slot);
    this.main = this.main.filter((each) => each !== slot);
  }
  evict(): number {
    while (this.held.length > 0) {
      const isSmallFull = this.small.length > 0.2 * this.held.length || this.main.length === 0;
      const slot = (isSmallFull ? this.small : this.main).shift()!;
      const uses = this.uses.get(slot)!;
      if (isSmallFull && uses < 2) {
        this.ghost.add(this.#slots.hash(slot));
        return slot;
      }
      if (!isSmallFull && uses === 0) return slot;
      this.main.push(slot);
      this.uses.set(slot, isSmallFull ? 0 : uses - 1);
    }
    return -1;
  }
  clear(): void {
    this.small = [];
    this.main = [];
    this.ghost.clear();
  }
}

interface Case {
  readonly name: string;
  readonly policy: (held: Slots) => EvictionPolicy;
  readonly oracle: (held: Slots) => Oracle;
}

const cases: readonly Case[] = [
  { name: 'Fifo', policy: () => new Fifo(), oracle: () => new QueueOracle(false) },
  { name: 'Lru', policy: () => new Lru(), oracle: () => new QueueOracle(true) },
  { name: 'S3Fifo', policy: (held) => new S3Fifo(held), oracle: (held) => new S3Oracle(held) },
];

/** One step: what it does to a slot depends on whether the slot is held. */
const step = fc.record({
  slot: fc.nat(slots - 1),
  /** The same few keys again and again, so that the ghost is found. */
  hash: fc.nat(40).map((number) => Math.imul(number, 0x9e3779b1)),
  end: fc.nat(50),
  act: fc.oneof(
    { weight: 45, arbitrary: fc.constant('hit' as const) },
    { weight: 10, arbitrary: fc.constant('replace' as const) },
    { weight: 10, arbitrary: fc.constant('remove' as const) },
    { weight: 30, arbitrary: fc.constant('evict' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  ),
});

describe.each(cases)('$name against its definition', ({ policy: policyFor, oracle: oracleFor }) => {
  it('holds the same slots and evicts the same, and is whole after every step', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const held = new Slots();
        const [policy, oracle] = [policyFor(held), oracleFor(held)];
        policy.grow(slots);
        for (const { slot, hash, end, act } of steps) {
          if (act === 'clear') {
            policy.clear();
            oracle.clear();
          } else if (act === 'evict') {
            expect(policy.evict()).toBe(oracle.evict());
          } else if (!oracle.held.includes(slot)) {
            held.hashes.set(slot, hash);
            held.ends.set(slot, end);
            policy.onInsert(slot);
            oracle.insert(slot);
          } else if (act === 'hit') {
            policy.onHit(slot);
            oracle.hit(slot);
          } else if (act === 'replace') {
            held.ends.set(slot, end);
            policy.onReplace(slot);
            oracle.replace(slot);
          } else {
            policy.onRemove(slot);
            oracle.remove(slot);
          }
          expect(policy.check?.().toSorted()).toEqual(oracle.held.toSorted());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what it knows when it grows', () => {
    const held = new Slots();
    const [policy, oracle] = [policyFor(held), oracleFor(held)];
    policy.grow(4);
    for (const slot of [3, 0, 2]) {
      held.hashes.set(slot, slot);
      held.ends.set(slot, slot);
      policy.onInsert(slot);
      oracle.insert(slot);
    }
    policy.onHit(3);
    oracle.hit(3);
    policy.grow(slots);
    for (const slot of [17, 1]) {
      held.hashes.set(slot, slot);
      held.ends.set(slot, slot);
      policy.onInsert(slot);
      oracle.insert(slot);
    }
    const evictions = Array.from({ length: 6 }, () => [policy.evict(), oracle.evict()]);
    for (const [evicted, expected] of evictions) expect(evicted).toBe(expected);
  });
});
