import type { MissReason } from '../events.ts';
import type { Freshness } from '../policy/freshness.ts';
import type { StoredRecord, Token } from '../ports/record.ts';
import type { Budget } from './budget.ts';
import { checkCached } from './check-cached.ts';
import type { EngineParts } from './engine-parts.ts';
import type { FarStore } from './far-store.ts';
import type { Landing } from './filler.ts';
import type { Judge } from './judge.ts';
import type { Keeper } from './keeper.ts';
import { type Opened, unpackRecord } from './open-record.ts';
import type { Outcome } from './outcome.ts';
import type { ValueCheck } from './value-check.ts';

/** What the shared store had for a key. */
export interface Fetched {
  /** What may be served, and to whom; absent when nothing may. */
  readonly landing?: Landing;
  /** Why nothing may be served. */
  readonly reason: MissReason;
  /** Token of the record that was there, usable or not. */
  readonly token?: Token;
}

/** Reads the shared store, and takes what may be used into memory. */
export class Fetcher {
  readonly #parts: EngineParts;
  readonly #far: FarStore;
  readonly #judge: Judge;
  readonly #keeper: Keeper;

  constructor(parts: EngineParts, far: FarStore, judge: Judge, keeper: Keeper) {
    this.#parts = parts;
    this.#far = far;
    this.#judge = judge;
    this.#keeper = keeper;
  }

  /** Whether the store answers, and what it answers could be judged. */
  get usable(): boolean {
    return this.#judge.isTrusted() && this.#far.usable;
  }

  /** With a `check`, a value that does not fit is not used. */
  async fetch(key: string, budget: Budget, check?: ValueCheck): Promise<Fetched> {
    let record: StoredRecord | undefined;
    try {
      record = await this.#far.read(key, budget);
    } catch {
      return { reason: 'remote-failed' };
    }
    if (record === undefined) return { reason: 'absent' };
    const standing = this.#judge.record(key, record);
    const waits = standing === 'unknown-tags' || check !== undefined;
    return waits ? this.admit(key, record, budget, check) : this.#admitAs(standing, key, record);
  }

  /** Like `fetch` for each key, in order; one round trip per node. */
  async fetchMany(keys: readonly string[], budget: Budget): Promise<readonly Fetched[]> {
    let records: readonly (StoredRecord | undefined)[];
    try {
      records = await this.#far.readMany(keys, budget);
    } catch {
      return keys.map(() => ({ reason: 'remote-failed' }));
    }
    const fetched = records.map((record, n) => this.#fetchedOf(keys[n]!, record, budget));
    const someWait = fetched.some((each) => each instanceof Promise);
    if (!someWait) return fetched as Fetched[];
    return Promise.all(fetched.map((each) => Promise.resolve(each)));
  }

  #fetchedOf(
    key: string,
    record: StoredRecord | undefined,
    budget: Budget,
  ): Fetched | Promise<Fetched> {
    if (record === undefined) return { reason: 'absent' };
    const standing = this.#judge.record(key, record);
    if (standing === 'unknown-tags') return this.admit(key, record, budget);
    return this.#admitAs(standing, key, record);
  }

  /** Judges a record and, in the same synchronous block, takes it into memory. */
  async admit(
    key: string,
    record: StoredRecord,
    budget: Budget,
    check?: ValueCheck,
  ): Promise<Fetched> {
    if (this.#judge.record(key, record) === 'unknown-tags') {
      await this.#learnTags(record.tags, budget);
    }
    const standing = this.#judge.record(key, record);
    if (check === undefined || !isUsable(standing)) return this.#admitAs(standing, key, record);
    const opened = await this.#openChecked(key, record, check);
    if (opened === undefined) return { token: record.token, reason: 'unreadable' };
    return this.#admitAs(this.#judge.record(key, record), key, record, opened);
  }

  #admitAs(
    standing: ReturnType<Judge['record']>,
    key: string,
    record: StoredRecord,
    opened?: Opened,
  ): Fetched {
    const { token } = record;
    if (!this.#judge.isTrusted()) return { token, reason: 'untrusted' };
    if (standing === 'expired') return { token, reason: 'expired' };
    if (standing === 'invalidated' || standing === 'unknown-tags') {
      return { token, reason: 'invalidated' };
    }
    const sealed = this.#take(key, record, standing, opened);
    if (sealed === undefined) return { token, reason: 'unreadable' };
    if (standing === 'stale-if-error') return { token, reason: 'expired' };
    const outcome: Outcome = {
      ...sealed,
      level: 'remote',
      stale: standing === 'stale',
      schema: opened?.schema,
    };
    return { token, landing: { outcome, serves: this.#judgedNow(key, record) }, reason: 'absent' };
  }

  /** For those who come between this moment, in which the record was found valid, and their answer. */
  #judgedNow(key: string, { tags }: StoredRecord): Landing['serves'] {
    const { table } = this.#parts.view;
    const { seq } = table;
    const isCovered = (): boolean =>
      table.isCoveredSince(
        seq,
        key,
        tags.map((tag) => table.intern(tag)),
      );
    return (callerSeq) => callerSeq <= seq || !isCovered();
  }

  #take(
    key: string,
    record: StoredRecord,
    standing: Freshness,
    opened: Opened | undefined,
  ): { sealed: unknown } | undefined {
    try {
      return { sealed: this.#keeper.keepRecord(key, record, standing, opened) };
    } catch (error) {
      this.#parts.report('remote.unreadable', () => ({ key, error }));
      return undefined;
    }
  }

  /** What a record holds for a read with a schema; undefined when it cannot be read, or does not fit. */
  async #openChecked(
    key: string,
    record: StoredRecord,
    check: ValueCheck,
  ): Promise<Opened | undefined> {
    let value: unknown;
    try {
      const { codec, bytes } = unpackRecord(this.#parts, key, record);
      value = codec.decode(bytes);
    } catch (error) {
      this.#parts.report('remote.unreadable', () => ({ key, error }));
      return undefined;
    }
    return checkCached(this.#parts, { key, value, level: 'remote', check });
  }

  async #learnTags(tags: readonly string[], budget: Budget): Promise<void> {
    const { view } = this.#parts;
    const question = view.table.askTags(tags);
    try {
      const { epoch, positions } = await budget.within('tagPositions', view.tagPositions(tags));
      if (epoch === view.point.epoch) view.table.learnTags(question, positions);
    } catch {
      // They stay unknown, and the record is not used.
    }
  }
}

function isUsable(standing: ReturnType<Judge['record']>): boolean {
  return standing === 'fresh' || standing === 'stale' || standing === 'stale-if-error';
}
