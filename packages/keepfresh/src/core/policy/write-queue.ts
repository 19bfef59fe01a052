/** A write that is under way: what to write, and how often that was tried before. */
export interface QueuedWrite<V> {
  readonly key: string;
  readonly value: V;
  /** 0 the first time. */
  readonly attempts: number;
}

/** What became of a write that failed: it is tried again, a newer one takes its place, or it is given up. */
export type Failed = 'again' | 'replaced' | 'lost';

/** One key: at most one value waits, and at most one is under way. */
interface Cell<V> {
  waiting: Waiting<V> | undefined;
  flying: QueuedWrite<V> | undefined;
}

interface Waiting<V> {
  value: V;
  dueAt: number;
  attempts: number;
}

/**
 * The writes that wait for their source, the newest of each key: those that wait in the order in which their keys
 * came, none before it is due, and of one key never two at a time. Times are numbers of one clock.
 */
export class WriteQueue<V> {
  readonly #maxKeys: number;
  readonly #cells = new Map<string, Cell<V>>();

  constructor(options: { readonly maxKeys: number }) {
    this.#maxKeys = options.maxKeys;
  }

  /** How many keys have a write that waits or is under way. */
  get size(): number {
    return this.#cells.size;
  }

  /**
   * Adds a write, in place of one of its key that waits: when that was due, it stays so. False, and nothing is
   * added, when there are too many keys.
   */
  put(key: string, value: V, dueAt: number): boolean {
    const cell = this.#cells.get(key);
    if (cell?.waiting !== undefined) {
      cell.waiting.value = value;
      cell.waiting.attempts = 0;
      return true;
    }
    if (cell !== undefined) cell.waiting = { value, dueAt, attempts: 0 };
    else if (this.#cells.size >= this.#maxKeys) return false;
    else this.#cells.set(key, { waiting: { value, dueAt, attempts: 0 }, flying: undefined });
    return true;
  }

  /** The newest value of a key. */
  newest(key: string): V | undefined {
    const cell = this.#cells.get(key);
    return cell?.waiting?.value ?? cell?.flying?.value;
  }

  /** The value of a key that is under way. */
  flying(key: string): V | undefined {
    return this.#cells.get(key)?.flying?.value;
  }

  /** The value of a key that waits. */
  waiting(key: string): V | undefined {
    return this.#cells.get(key)?.waiting?.value;
  }

  /**
   * Takes what is due under way, at most `limit`. What failed before is tried with others that failed as often, half
   * as many each time, so that a write that no source takes does not fail the others for ever.
   */
  take(now: number, limit: number): readonly QueuedWrite<V>[] {
    const taken: QueuedWrite<V>[] = [];
    for (const [key, cell] of this.#cells) {
      const { waiting, flying } = cell;
      if (waiting === undefined || flying !== undefined || waiting.dueAt > now) continue;
      const { value, attempts } = waiting;
      if (taken.length > 0 && taken[0]!.attempts !== attempts) continue;
      cell.waiting = undefined;
      cell.flying = { key, value, attempts };
      taken.push(cell.flying);
      if (taken.length >= limit / 2 ** attempts) break;
    }
    return taken;
  }

  /** The source has it. Tells whether its key has nothing more to write. */
  done({ key }: QueuedWrite<V>): boolean {
    return this.#land(key) === undefined;
  }

  /** The source may not have it. A newer write of its key is tried in its place. */
  failed(
    write: QueuedWrite<V>,
    options: { readonly dueAt: number; readonly most: number },
  ): Failed {
    const { key, value } = write;
    const cell = this.#cells.get(key)!;
    const attempts = write.attempts + 1;
    if (cell.waiting !== undefined) {
      cell.flying = undefined;
      cell.waiting.dueAt = Math.max(cell.waiting.dueAt, options.dueAt);
      return 'replaced';
    }
    if (attempts >= options.most) {
      this.#land(key);
      return 'lost';
    }
    cell.flying = undefined;
    cell.waiting = { value, dueAt: options.dueAt, attempts };
    return 'again';
  }

  /** Makes a key, or all, due at once. */
  hurry(key?: string): void {
    const cells = key === undefined ? this.#cells.values() : [this.#cells.get(key)];
    for (const cell of cells) {
      if (cell?.waiting !== undefined) cell.waiting.dueAt = Number.NEGATIVE_INFINITY;
    }
  }

  /** When the next that waits is due; undefined when nothing waits that could be taken. */
  nextDueAt(): number | undefined {
    let next: number | undefined;
    for (const { waiting, flying } of this.#cells.values()) {
      if (waiting === undefined || flying !== undefined) continue;
      next = Math.min(next ?? Number.POSITIVE_INFINITY, waiting.dueAt);
    }
    return next;
  }

  /** The keys with something to write. */
  keys(): readonly string[] {
    return [...this.#cells.keys()];
  }

  /** Gives up everything; returns the newest of each key. */
  clear(): readonly QueuedWrite<V>[] {
    const left = [...this.#cells].map(([key, { waiting, flying }]): QueuedWrite<V> => {
      return waiting === undefined ? flying! : { key, ...waiting };
    });
    this.#cells.clear();
    return left;
  }

  /** Nothing of a key is under way any more; returns what waits. */
  #land(key: string): Waiting<V> | undefined {
    const cell = this.#cells.get(key)!;
    cell.flying = undefined;
    if (cell.waiting === undefined) this.#cells.delete(key);
    return cell.waiting;
  }
}
