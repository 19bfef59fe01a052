import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvictionPolicy, HeldSlots } from '../../core/ports/eviction-policy.ts';
import { Fifo } from './fifo.ts';
import { FrequencySketch } from './frequency-sketch.ts';
import { Ghost } from './ghost.ts';
import { Lru } from './lru.ts';
import { S3Fifo } from './s3-fifo.ts';
import { Ttl } from './ttl.ts';
import { WTinyLfu } from './w-tiny-lfu.ts';
import { WindowClimber } from './window-climber.ts';

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
  /** The slot that goes next; of several that are as good, the one that `choice` names. */
  evict(choice: number): number;
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
      const isSmallFull = this.small.length > 0.5 * this.held.length || this.main.length === 0;
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

/** What ends soonest goes, whichever of those that end together. */
class TtlOracle extends QueueOracle {
  readonly #slots: Slots;

  constructor(of: Slots) {
    super(false);
    this.#slots = of;
  }
  override evict(choice = -1): number {
    const end = (slot: number): number => this.#slots.expiresAt(slot);
    const soonest = Math.min(...this.held.map(end));
    const best = this.held.filter((slot) => end(slot) === soonest);
    const slot = best.includes(choice) ? choice : (best[0] ?? -1);
    this.remove(slot);
    return slot;
  }
}

/** The three queues as arrays, with the same sketch and the same climber. */
class LfuOracle implements Oracle {
  window: number[] = [];
  probation: number[] = [];
  protected: number[] = [];
  contests = 0;
  readonly sketch = new FrequencySketch();
  readonly climber = new WindowClimber();
  readonly #slots: Slots;

  constructor(of: Slots) {
    this.#slots = of;
    this.sketch.ensure(slots);
  }
  get held(): readonly number[] {
    return [...this.window, ...this.probation, ...this.protected];
  }
  get target(): number {
    return Math.max(1, Math.round(this.held.length * this.climber.share));
  }
  insert(slot: number): void {
    this.sketch.increment(this.#slots.hash(slot));
    this.climber.onMiss(this.held.length);
    this.window.push(slot);
    for (let moves = 0; moves < 2 && this.window.length > this.target; moves++) {
      this.probation.push(this.window.shift()!);
    }
  }
  hit(slot: number): void {
    this.sketch.increment(this.#slots.hash(slot));
    this.climber.onHit();
    const isNew = this.window.includes(slot);
    const wasProtected = this.protected.includes(slot);
    this.remove(slot);
    (isNew ? this.window : this.protected).push(slot);
    if (isNew || wasProtected) return;
    const most = Math.max(1, (this.probation.length + this.protected.length) * 0.8);
    if (this.protected.length > most) this.probation.push(this.protected.shift()!);
  }
  replace(slot: number): void {
    this.hit(slot);
  }
  remove(slot: number): void {
    const others = (queue: number[]): number[] => queue.filter((each) => each !== slot);
    this.window = others(this.window);
    this.probation = others(this.probation);
    this.protected = others(this.protected);
  }
  evict(): number {
    const victim = this.probation[0] ?? this.protected[0];
    const candidate = this.window[0];
    if (victim === undefined || (candidate !== undefined && this.window.length >= this.target)) {
      if (victim === undefined || !this.wins(candidate!, victim)) return this.window.shift() ?? -1;
      this.probation.push(this.window.shift()!);
    }
    this.remove(victim);
    return victim;
  }
  wins(candidate: number, victim: number): boolean {
    const seen = (slot: number): number => this.sketch.estimate(this.#slots.hash(slot));
    if (seen(candidate) > seen(victim)) return true;
    return seen(candidate) >= 6 && ++this.contests % 128 === 0;
  }
  clear(): void {
    [this.window, this.probation, this.protected] = [[], [], []];
    this.sketch.clear();
    this.climber.clear();
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
  { name: 'WTinyLfu', policy: (held) => new WTinyLfu(held), oracle: (held) => new LfuOracle(held) },
  { name: 'Ttl', policy: (held) => new Ttl(held), oracle: (held) => new TtlOracle(held) },
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

describe.each(cases)(
  '$name against its definition',
  { timeout: 60_000 },
  ({ policy: policyFor, oracle: oracleFor }) => {
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
              const evicted = policy.evict();
              expect(evicted).toBe(oracle.evict(evicted));
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
            // Compared as text: this runs after each of some 20,000 steps.
            const [found, expected] = [policy.check!(), oracle.held].map((each) => each.toSorted());
            if (String(found) !== String(expected)) expect(found).toEqual(expected);
          }
        }),
        { numRuns: 100 },
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
      for (let count = 0; count < 6; count++) {
        const evicted = policy.evict();
        expect(evicted).toBe(oracle.evict(evicted));
      }
    });
  },
);
