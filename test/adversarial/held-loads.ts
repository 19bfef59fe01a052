/** A cache as the trials see it. */
export interface TriedCache {
  read(key: string, load: () => Promise<string>, tags: readonly string[]): Promise<string>;
  /** Invalidates what `keyOf(trial)` or `tagOf(trial)` names, or `patternOf(trial)` covers. */
  invalidate(trial: number): Promise<unknown>;
}

/** The table that all processes load from: the rows that were changed. */
export interface Rows {
  get(row: string): Promise<string | null>;
  set(row: string, value: string): Promise<unknown>;
}

export const keyOf = (trial: number): string => `trial:${trial}:value`;
export const tagOf = (trial: number): string => `tag:${trial}`;
export const patternOf = (trial: number): string => `trial:${trial}:*`;

/**
 * One process's part in trials of the worst order of events: a load has read the old row and is held, the
 * row changes and its invalidation resolves, new reads begin, and only then the load ends.
 */
export class HeldLoads {
  readonly #cache: TriedCache;
  readonly #rows: Rows;
  readonly #prefix: string;
  readonly #loads: Promise<unknown>[] = [];
  readonly #reads: Promise<number | undefined>[] = [];
  #gate = Promise.withResolvers<void>();

  /** Rows are named `<prefix>:<trial>`. */
  constructor(cache: TriedCache, rows: Rows, prefix: string) {
    this.#cache = cache;
    this.#rows = rows;
    this.#prefix = prefix;
  }

  /** Begins a read of each; resolves when their loads have read the old rows. */
  async beginLoads(trials: readonly number[]): Promise<void> {
    this.#gate = Promise.withResolvers();
    await Promise.all(trials.map((trial) => this.#beginLoad(trial)));
  }

  /** Changes each row, invalidates it, and reads it again the moment that has resolved. */
  async change(trials: readonly number[]): Promise<void> {
    const change = async (trial: number): Promise<void> => {
      await this.#rows.set(this.#rowOf(trial), 'new');
      await this.#cache.invalidate(trial);
      this.#reads.push(this.#read(trial));
    };
    await Promise.all(trials.map(change));
  }

  beginReads(trials: readonly number[]): void {
    this.#reads.push(...trials.map((trial) => this.#read(trial)));
  }

  /** Lets the loads go on, and resolves when those who began them have their answers. */
  async endLoads(): Promise<void> {
    this.#gate.resolve();
    await Promise.all(this.#loads.splice(0));
  }

  /** The trials in which a read that was begun got the old value. */
  endReads(): Promise<number[]> {
    return found(this.#reads.splice(0));
  }

  /** Reads each now; the trials in which that gives the old value. */
  readAll(trials: readonly number[]): Promise<number[]> {
    return found(trials.map((trial) => this.#read(trial)));
  }

  #beginLoad(trial: number): Promise<void> {
    const loaded = Promise.withResolvers<void>();
    const load = async (): Promise<string> => {
      const row = await this.#row(trial);
      if (row === 'old') loaded.resolve();
      else loaded.reject(new Error(`the row of trial ${trial} was not old`));
      await this.#gate.promise;
      return row;
    };
    const reading = this.#cache.read(keyOf(trial), load, [tagOf(trial)]);
    this.#loads.push(reading.catch(loaded.reject));
    return loaded.promise;
  }

  async #read(trial: number): Promise<number | undefined> {
    const value = await this.#cache.read(keyOf(trial), () => this.#row(trial), [tagOf(trial)]);
    return value === 'old' ? trial : undefined;
  }

  async #row(trial: number): Promise<string> {
    return (await this.#rows.get(this.#rowOf(trial))) ?? 'old';
  }

  #rowOf(trial: number): string {
    return `${this.#prefix}:${trial}`;
  }
}

async function found(reads: readonly Promise<number | undefined>[]): Promise<number[]> {
  return (await Promise.all(reads)).filter((trial) => trial !== undefined);
}
