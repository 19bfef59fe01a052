import type { EvictionPolicy } from '../../core/ports/eviction-policy.ts';
import type { SlotLinks } from './slot-links.ts';
import { SlotQueue } from './slot-queue.ts';

/** Least recently used: the entry that was not used or replaced for the longest time goes first. */
export class Lru implements EvictionPolicy {
  readonly name = 'lru';
  readonly #queue: SlotQueue;

  constructor(links?: SlotLinks) {
    this.#queue = new SlotQueue(links);
  }

  grow(capacity: number): void {
    this.#queue.grow(capacity);
  }

  onInsert(slot: number): void {
    this.#queue.append(slot);
  }

  onHit(slot: number): void {
    this.#queue.moveToEnd(slot);
  }

  onReplace(slot: number): void {
    this.#queue.moveToEnd(slot);
  }

  onRemove(slot: number): void {
    this.#queue.remove(slot);
  }

  evict(): number {
    const slot = this.#queue.first;
    if (slot !== -1) this.#queue.remove(slot);
    return slot;
  }

  clear(): void {
    this.#queue.clear();
  }

  check(): readonly number[] {
    return this.#queue.check();
  }
}
