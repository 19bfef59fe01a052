/**
 * For every slot its neighbours in a queue and one byte for the policy: two typed arrays, 9 bytes a slot.
 * A slot is in one queue at a time, so all queues of a memory can share these.
 */
export class SlotLinks {
  /** The next slot at twice the slot, and behind it the previous one: one line of the processor's cache for both. */
  links: Int32Array = new Int32Array(0);
  mark: Uint8Array = new Uint8Array(0);

  /** Makes room for slots below `capacity`; never shrinks. */
  grow(capacity: number): void {
    if (capacity <= this.mark.length) return;
    const { links, mark } = this;
    this.links = new Int32Array(2 * capacity);
    this.mark = new Uint8Array(capacity);
    this.links.set(links);
    this.mark.set(mark);
  }
}
