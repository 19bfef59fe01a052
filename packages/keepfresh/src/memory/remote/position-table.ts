import type { Epoch, Position } from '../../core/ports/record.ts';

/**
 * The newest position of each name (a tag or a pattern) in one epoch of the log. What it drops it answers
 * for: the newest position dropped is returned, and the floor has to rise to it.
 */
export class PositionTable {
  readonly epoch: Epoch;
  /** Oldest first: positions only ever grow, and a name that is noted again moves to the end. */
  readonly #positions: Map<string, Position>;

  constructor(epoch: Epoch, positions: ReadonlyMap<string, Position> = new Map()) {
    this.epoch = epoch;
    this.#positions = new Map(positions);
  }

  get size(): number {
    return this.#positions.size;
  }

  [Symbol.iterator](): IterableIterator<[string, Position]> {
    return this.#positions.entries();
  }

  copy(): PositionTable {
    return new PositionTable(this.epoch, this.#positions);
  }

  /** The position of `name`, 0 when it is not known. */
  of(name: string): Position {
    return this.#positions.get(name) ?? 0;
  }

  note(name: string, position: Position): void {
    this.#positions.delete(name);
    this.#positions.set(name, position);
  }

  /** Drops the oldest names beyond the newest `most`. */
  cap(most: number): Position {
    return this.#drop((_position, index) => index < this.size - most);
  }

  /** Drops names older than `position`, at most 200 at a time. */
  prune(position: Position): Position {
    return this.#drop((at, index) => index < 200 && at < position);
  }

  #drop(isOver: (position: Position, index: number) => boolean): Position {
    const over: string[] = [];
    let newest = 0;
    for (const [name, position] of this.#positions) {
      if (!isOver(position, over.length)) break;
      over.push(name);
      newest = position;
    }
    for (const name of over) this.#positions.delete(name);
    return newest;
  }
}
