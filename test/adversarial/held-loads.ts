/** A cache as the trials see it. */
export interface TriedCache {
  read(key: string, load: () => Promise<string>, tags: readonly string[]): Promise<string>;
  /** Reads as a process that has nothing in memory. */
  readShared: TriedCache['read'];
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

/** Trials of three kinds, in turns. */
const kinds = ['held and read', 'held', 'cached'] as const;
const kindOf = (trial: number): (typeof kinds)[number] => kinds[trial % kinds.length]!;

/**
 * One process's part in trials of the worst order of events. A load has read the old row and is held; the row
 * changes and its invalidation resolves; new reads begin, in a third of the trials while the load is still
 * held, in another third once it has ended. In the last third the old value is in every cache from the start.
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

  /** Takes the old values of trials without a load into the caches. */
  async fill(trials: readonly number[]): Promise<void> {
    const cached = trials.filter((trial) => kindOf(trial) === 'cached');
    if ((await this.readAll(cached)).length < cached.length) throw new Error('a row was not old');
  }

  /** Begins a read of each of the others; resolves when their loads have read the old rows. */
  async beginLoads(trials: readonly number[]): Promise<void> {
    this.#gate = Promise.withResolvers();
    const held = trials.filter((trial) => kindOf(trial) !== 'cached');
    await Promise.all(held.map((trial) => this.#beginLoad(trial)));
  }

  /** Changes each row, invalidates it, and may read it again the moment that has resolved. */
  async change(trials: readonly number[]): Promise<void> {
    const change = async (trial: number): Promise<void> => {
      await this.#rows.set(this.#rowOf(trial), 'new');
      await this.#cache.invalidate(trial);
      this.beginReads([trial]);
    };
    await Promise.all(trials.map(change));
  }

  /** Begins reads of those that are read before the loads end. */
  beginReads(trials: readonly number[]): void {
    const read = trials.filter((trial) => kindOf(trial) !== 'held');
    this.#reads.push(...read.map((trial) => this.#read(this.#cache.read, trial)));
  }

  /** Lets the loads go on, and resolves when those who began them have their answers. */
  async endLoads(): Promise<void> {
    this.#gate.resolve();
    await Promise.all(this.#loads.splice(0));
  }

  /** Reads the rest; the trials in which any read got the old value. */
  endReads(trials: readonly number[]): Promise<number[]> {
    const rest = trials.filter((trial) => kindOf(trial) === 'held');
    this.#reads.push(...rest.map((trial) => this.#read(this.#cache.read, trial)));
    return found(this.#reads.splice(0));
  }

  /** The trials in which a read gives the old value now. */
  readAll(trials: readonly number[]): Promise<number[]> {
    return found(trials.map((trial) => this.#read(this.#cache.read, trial)));
  }

  /** The trials in which a process that has nothing in memory is given the old value now. */
  readShared(trials: readonly number[]): Promise<number[]> {
    return found(trials.map((trial) => this.#read(this.#cache.readShared, trial)));
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

  async #read(read: TriedCache['read'], trial: number): Promise<number | undefined> {
    const value = await read(keyOf(trial), () => this.#row(trial), [tagOf(trial)]);
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

/** The functions of a process that takes part, for `serveActor`; `held` gives what it was opened with. */
export function servedBy(held: () => HeldLoads) {
  type Trials = readonly number[];
  return {
    fill: (trials: Trials) => held().fill(trials),
    beginLoads: (trials: Trials) => held().beginLoads(trials),
    change: (trials: Trials) => held().change(trials),
    beginReads: (trials: Trials) => held().beginReads(trials),
    endLoads: () => held().endLoads(),
    endReads: (trials: Trials) => held().endReads(trials),
    readAll: (trials: Trials) => held().readAll(trials),
    readShared: (trials: Trials) => held().readShared(trials),
  };
}
