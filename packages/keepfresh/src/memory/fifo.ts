import type { EvictionPolicy } from '../core/ports/eviction-policy.ts';
import { SlotQueue } from './slot-queue.ts';

/** First in, first out: the entry that was inserted first goes first, however often it was used. */
export class Fifo implements EvictionPolicy {
  readonly name = 'fifo';
  readonly #queue: SlotQueue = new SlotQueue();

  grow(capacity: number): void {
    this.#queue.grow(capacity);
  }

  onInsert(slot: number): void {
    this.#queue.append(slot);
  }

  onHit(_slot: number): void {}

  onRemove(slot: number): void {
    this.#queue.remove(slot);
  }

  victim(): number {
    return this.#queue.first;
  }

  clear(): void {
    this.#queue.clear();
  }
}
