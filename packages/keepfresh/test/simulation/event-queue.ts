import type { Cancel } from '../../src/core/ports/clock.ts';

export interface TimedEvent {
  readonly time: number;
  order: number;
  run: () => void;
  /** Events with the same chunk that are due together run in one go. */
  readonly chunk?: object | undefined;
}

/** A binary heap of events: the earliest first, and of equal times the one that was added first. */
export class EventQueue {
  readonly #heap: TimedEvent[] = [];
  #order = 0;
  #cancelled = 0;

  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  add(event: TimedEvent): Cancel {
    event.order = this.#order++;
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
    return () => {
      if (event.run === nothing) return;
      event.run = nothing;
      this.#cancelled++;
    };
  }

  /** The next event, without taking it. */
  peek(): TimedEvent | undefined {
    while (this.#heap[0]?.run === nothing) {
      this.#cancelled--;
      this.#removeFirst();
    }
    return this.#heap[0];
  }

  take(): TimedEvent | undefined {
    const first = this.peek();
    if (first === undefined) return undefined;
    this.#removeFirst();
    const { run } = first;
    // So that a late cancellation is not counted.
    first.run = nothing;
    return { ...first, run };
  }

  #removeFirst(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(start: number): void {
    const heap = this.#heap;
    const event = heap[start]!;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #sink(): void {
    const heap = this.#heap;
    const event = heap[0]!;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, event)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = event;
  }
}

function isBefore(one: TimedEvent, other: TimedEvent): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}

function nothing(): void {}
