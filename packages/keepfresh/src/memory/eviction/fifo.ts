import type { EvictionPolicy } from '../../core/ports/eviction-policy.ts';
import type { SlotLinks } from './slot-links.ts';
import { SlotQueue } from './slot-queue.ts';

/** First in, first out: the entry that was inserted first goes first, however often it was used. */
export class Fifo implements EvictionPolicy {
  readonly name = 'fifo';
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

  onHit(_slot: number): void {}

  onReplace(_slot: number): void {}

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
