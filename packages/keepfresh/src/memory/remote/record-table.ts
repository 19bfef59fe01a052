import type { LoadFailure } from '../../core/ports/store.ts';
import type { Token } from '../../core/ports/record.ts';

/** What is under one key of a store: any of a value, a lease and a failure. Times are the store's clock. */
export interface Cell {
  value?: StoredValue | undefined;
  lease?: Lease | undefined;
  /** Whether somebody waits to be woken. */
  waited: boolean;
  failure?: KeptFailure | undefined;
  /** When all of it ends. A lease may keep the key longer than its value. */
  endsAt: number;
}

export interface StoredValue {
  readonly token: Token;
  readonly version: number;
  readonly bytes: Buffer;
  readonly endsAt: number;
}

export interface Lease {
  readonly token: Token;
  readonly until: number;
  /** How long it was given: one that ends later than this from now belongs to a clock that was set back. */
  readonly ms: number;
}

export interface KeptFailure {
  readonly token: Token;
  readonly until: number;
  readonly failure: LoadFailure;
}

/** What a key costs besides its text and its value, in bytes: estimated. */
const cellBytes = 256;
/** How many of the oldest keys each write looks at, to drop those that have ended. */
const sweepPerWrite = 2;

/** Cells by key, bounded by number and bytes: the one that was written longest ago goes first. */
export class RecordTable {
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  /** In the order of writing. */
  readonly #cells = new Map<string, Cell>();
  #bytes = 0;

  constructor(options: { readonly maxRecords: number; readonly maxBytes: number }) {
    this.#maxRecords = options.maxRecords;
    this.#maxBytes = options.maxBytes;
  }

  get size(): number {
    return this.#cells.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A table of its own with the same content. */
  copy(): RecordTable {
    const copy = new RecordTable({ maxRecords: this.#maxRecords, maxBytes: this.#maxBytes });
    for (const [key, cell] of this.#cells) copy.#cells.set(key, { ...cell });
    copy.#bytes = this.#bytes;
    return copy;
  }

  keys(): IterableIterator<string> {
    return this.#cells.keys();
  }

  /** The cell under `key`, unless it has ended. It may be changed in every field but `value`. */
  find(key: string, now: number): Cell | undefined {
    const cell = this.#cells.get(key);
    if (cell === undefined || cell.endsAt > now) return cell;
    this.remove(key);
    return undefined;
  }

  write(key: string, cell: Cell, now: number): void {
    this.remove(key);
    this.#cells.set(key, cell);
    this.#bytes += sizeOf(key, cell);
    this.#dropEnded(now);
    for (const oldest of this.#cells.keys()) {
      if (this.#cells.size <= this.#maxRecords && this.#bytes <= this.#maxBytes) break;
      this.remove(oldest);
    }
  }

  remove(key: string): Cell | undefined {
    const cell = this.#cells.get(key);
    if (cell === undefined) return undefined;
    this.#cells.delete(key);
    this.#bytes -= sizeOf(key, cell);
    return cell;
  }

  clear(): void {
    this.#cells.clear();
    this.#bytes = 0;
  }

  #dropEnded(now: number): void {
    let looked = 0;
    for (const [key, cell] of this.#cells) {
      if (++looked > sweepPerWrite || cell.endsAt > now) return;
      this.remove(key);
    }
  }
}

/** What a key with this cell counts for, in bytes. */
export function sizeOf(key: string, cell: Cell): number {
  return cellBytes + 2 * key.length + (cell.value?.bytes.length ?? 0);
}
