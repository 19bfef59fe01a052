import type { EvictionPolicy, HeldSlots } from '../../core/ports/eviction-policy.ts';
import { FrequencySketch } from './frequency-sketch.ts';
import { SlotLinks } from './slot-links.ts';
import { SlotQueue } from './slot-queue.ts';
import { WindowClimber } from './window-climber.ts';

const none = -1;
/** Queues by the slot's mark. */
const [inWindow, inProbation, inProtected] = [0, 1, 2];
/** Part of what is not in the window that is protected. */
const protectedShare = 0.8;
/** From this frequency on, an entry that loses is let in now and then: see `#admits`. */
const suspicious = 6;

/**
 * W-TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ACM TOS 2017):
 * of the least recently used of a window for new entries and of the main part, the one that was seen less
 * often lately goes. The main part is in two segments: what is used once more is protected. The window adapts to
 * the traffic. Best for scans over a stable set of popular keys; a hit counts in a sketch and moves a link.
 */
export class WTinyLfu implements EvictionPolicy {
  readonly name = 'lfu';
  readonly #held: HeldSlots;
  readonly #links: SlotLinks;
  readonly #window: SlotQueue;
  readonly #probation: SlotQueue;
  readonly #protected: SlotQueue;
  readonly #sketch: FrequencySketch = new FrequencySketch();
  readonly #climber: WindowClimber = new WindowClimber();
  /** Of the keys, because a hit must not compute them. */
  #hashes: Int32Array = new Int32Array(0);
  #contests = 0;

  constructor(held: HeldSlots, links: SlotLinks = new SlotLinks()) {
    this.#held = held;
    this.#links = links;
    this.#window = new SlotQueue(links);
    this.#probation = new SlotQueue(links);
    this.#protected = new SlotQueue(links);
  }

  grow(capacity: number): void {
    this.#links.grow(capacity);
    this.#sketch.ensure(capacity);
    const hashes = this.#hashes;
    this.#hashes = new Int32Array(capacity);
    this.#hashes.set(hashes);
  }

  onInsert(slot: number): void {
    const hash = this.#held.hash(slot);
    this.#hashes[slot] = hash;
    this.#sketch.increment(hash);
    this.#climber.onMiss(this.#count);
    this.#enter(inWindow, slot);
    // Two, so that a window that shall be smaller becomes so.
    for (let moves = 0; moves < 2 && this.#window.length > this.#windowTarget; moves++) {
      this.#move(this.#window.first, inProbation);
    }
  }

  onHit(slot: number): void {
    this.#sketch.increment(this.#hashes[slot]!);
    this.#climber.onHit();
    const mark = this.#links.mark[slot];
    if (mark === inWindow) return this.#window.moveToEnd(slot);
    if (mark === inProtected) return this.#protected.moveToEnd(slot);
    this.#move(slot, inProtected);
    const most = (this.#probation.length + this.#protected.length) * protectedShare;
    if (this.#protected.length > Math.max(1, most)) this.#move(this.#protected.first, inProbation);
  }

  onReplace(slot: number): void {
    this.onHit(slot);
  }

  onRemove(slot: number): void {
    this.#queue(this.#links.mark[slot]!).remove(slot);
  }

  evict(): number {
    const candidate = this.#window.first;
    const main = this.#probation.length > 0 ? this.#probation : this.#protected;
    const victim = main.first;
    if (victim === none) return this.#leave(candidate);
    if (candidate === none || this.#window.length < this.#windowTarget) return this.#leave(victim);
    if (!this.#admits(candidate, victim)) return this.#leave(candidate);
    this.#move(candidate, inProbation);
    return this.#leave(victim);
  }

  clear(): void {
    for (const queue of [this.#window, this.#probation, this.#protected]) queue.clear();
    this.#sketch.clear();
    this.#climber.clear();
  }

  check(): readonly number[] {
    return [inWindow, inProbation, inProtected].flatMap((mark) => {
      const slots = this.#queue(mark).check();
      const strange = slots.find((slot) => this.#links.mark[slot] !== mark);
      if (strange !== undefined) throw new Error(`slot ${strange} is in another queue`);
      return slots;
    });
  }

  get #count(): number {
    return this.#window.length + this.#probation.length + this.#protected.length;
  }

  get #windowTarget(): number {
    return Math.max(1, Math.round(this.#count * this.#climber.share));
  }

  /**
   * Whether the entry that leaves the window may stay in place of the one that would go. A frequent one that
   * loses wins every 128th time nevertheless: keys chosen to collide with what is in memory must not keep
   * everything else out for ever.
   */
  #admits(candidate: number, victim: number): boolean {
    const candidateCount = this.#sketch.estimate(this.#hashes[candidate]!);
    const victimCount = this.#sketch.estimate(this.#hashes[victim]!);
    if (candidateCount > victimCount) return true;
    return candidateCount >= suspicious && ++this.#contests % 128 === 0;
  }

  #leave(slot: number): number {
    if (slot !== none) this.onRemove(slot);
    return slot;
  }

  #move(slot: number, mark: number): void {
    this.onRemove(slot);
    this.#enter(mark, slot);
  }

  #enter(mark: number, slot: number): void {
    this.#links.mark[slot] = mark;
    this.#queue(mark).append(slot);
  }

  #queue(mark: number): SlotQueue {
    if (mark === inWindow) return this.#window;
    return mark === inProtected ? this.#protected : this.#probation;
  }
}
