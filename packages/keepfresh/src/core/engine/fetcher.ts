import type { MissReason } from '../events.ts';
import type { Freshness } from '../policy/freshness.ts';
import { earlyWindow } from '../policy/early-refresh.ts';
import type { StoredRecord } from '../ports/record.ts';
import type { Budget } from './budget.ts';
import { checkCached } from './check-cached.ts';
import type { EngineParts } from './engine-parts.ts';
import type { EntryPolicy } from './entry-policy.ts';
import type { FarStore } from './far-store.ts';
import type { Landing } from './filler.ts';
import type { Judge } from './judge.ts';
import type { Keeper } from './keeper.ts';
import { type Opened, unpackRecord } from './open-record.ts';
import type { Outcome } from './outcome.ts';
import { serverNow } from './server-now.ts';
import type { ValueCheck } from './value-check.ts';

/** What the shared store had for a key. */
export interface Fetched {
  /** What may be served, and to whom; absent when nothing may. */
  readonly landing?: Landing;
  /** Why nothing may be served. */
  readonly reason: MissReason;
  /** The record that was there, usable or not. */
  readonly record?: StoredRecord;
  /** For how much longer what may be served is fresh, in milliseconds; 0 when it is not. */
  readonly leftMs?: number;
}

/** How what is read is treated. */
export type Wanted = Pick<EntryPolicy, 'check' | 'earlyRefresh' | 'refreshAhead'>;

/** A record on its way into memory. */
interface FoundRecord {
  readonly key: string;
  readonly record: StoredRecord;
  readonly wanted: Wanted;
  readonly opened?: Opened | undefined;
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
  async fetch(key: string, budget: Budget, wanted: Wanted): Promise<Fetched> {
    let record: StoredRecord | undefined;
    try {
      record = await this.#far.read(key, budget);
    } catch {
      return { reason: 'remote-failed' };
    }
    if (record === undefined) return { reason: 'absent' };
    const standing = this.#judge.record(key, record);
    const waits = standing === 'unknown-tags' || wanted.check !== undefined;
    if (waits) return this.admit(key, record, budget, wanted);
    return this.#admitAs(standing, { key, record, wanted });
  }

  /** Like `fetch` for each key, in order; one round trip per node. */
  async fetchMany(
    keys: readonly string[],
    budget: Budget,
    wantedOf: (n: number) => Wanted,
  ): Promise<readonly Fetched[]> {
    let records: readonly (StoredRecord | undefined)[];
    try {
      records = await this.#far.readMany(keys, budget);
    } catch {
      return keys.map(() => ({ reason: 'remote-failed' }));
    }
    const fetched = records.map((record, n) =>
      this.#fetchedOf(keys[n]!, record, budget, wantedOf(n)),
    );
    const someWait = fetched.some((each) => each instanceof Promise);
    if (!someWait) return fetched as Fetched[];
    return Promise.all(fetched.map((each) => Promise.resolve(each)));
  }

  #fetchedOf(
    key: string,
    record: StoredRecord | undefined,
    budget: Budget,
    wanted: Wanted,
  ): Fetched | Promise<Fetched> {
    if (record === undefined) return { reason: 'absent' };
    const standing = this.#judge.record(key, record);
    if (standing === 'unknown-tags') return this.admit(key, record, budget, wanted);
    return this.#admitAs(standing, { key, record, wanted });
  }

  /** Judges a record and, in the same synchronous block, takes it into memory. */
  async admit(key: string, record: StoredRecord, budget: Budget, wanted: Wanted): Promise<Fetched> {
    if (this.#judge.record(key, record) === 'unknown-tags') {
      await this.#learnTags(record.tags, budget);
    }
    const standing = this.#judge.record(key, record);
    const { check } = wanted;
    const found = { key, record, wanted };
    if (check === undefined || !isUsable(standing)) return this.#admitAs(standing, found);
    const opened = await this.#openChecked(key, record, check);
    if (opened === undefined) return { record, reason: 'unreadable' };
    return this.#admitAs(this.#judge.record(key, record), { ...found, opened });
  }

  #admitAs(standing: ReturnType<Judge['record']>, found: FoundRecord): Fetched {
    const { key, record, opened } = found;
    if (!this.#judge.isTrusted()) return { record, reason: 'untrusted' };
    if (standing === 'expired') return { record, reason: 'expired' };
    if (standing === 'invalidated' || standing === 'unknown-tags') {
      return { record, reason: 'invalidated' };
    }
    const sealed = this.#take(standing, found);
    if (sealed === undefined) return { record, reason: 'unreadable' };
    if (standing === 'stale-if-error') return { record, reason: 'expired' };
    const leftMs = standing === 'fresh' ? record.freshUntil - serverNow(this.#parts) : 0;
    const outcome: Outcome = {
      ...sealed,
      level: 'remote',
      stale: standing === 'stale',
      schema: opened?.schema,
      ...earlyOf(leftMs, found),
    };
    const landing = { outcome, serves: this.#judgedNow(key, record) };
    return { record, landing, leftMs, reason: 'absent' };
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

  #take(standing: Freshness, found: FoundRecord): { sealed: unknown } | undefined {
    const { key, record } = found;
    const isExpired = standing !== 'fresh' && this.#judge.isExpired(key, record);
    try {
      return { sealed: this.#keeper.keepRecord({ ...found, standing, isExpired }) };
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

/** The chance that a fresh value is to be refreshed already, where there is one. */
function earlyOf(leftMs: number, { record, wanted }: FoundRecord): Pick<Outcome, 'early'> {
  const windowMs = earlyWindow(record.loadMs, wanted.earlyRefresh);
  return leftMs > 0 && leftMs <= windowMs ? { early: { leftMs, windowMs } } : {};
}

function isUsable(standing: ReturnType<Judge['record']>): boolean {
  return standing === 'fresh' || standing === 'stale' || standing === 'stale-if-error';
}
