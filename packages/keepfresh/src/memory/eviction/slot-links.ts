/**
 * For every slot its neighbours in a queue and one byte for the policy: three typed arrays, 9 bytes a slot.
 * A slot is in one queue at a time, so all queues of a memory can share these.
 */
export class SlotLinks {
  next: Int32Array = new Int32Array(0);
  previous: Int32Array = new Int32Array(0);
  mark: Uint8Array = new Uint8Array(0);

  /** Makes room for slots below `capacity`; never shrinks. */
  grow(capacity: number): void {
    if (capacity <= this.mark.length) return;
    const { next, previous, mark } = this;
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.mark = new Uint8Array(capacity);
    this.next.set(next);
    this.previous.set(previous);
    this.mark.set(mark);
  }
}
