import type { MissReason } from '../events.ts';
import type { BanTable } from '../policy/bans/ban-table.ts';
import { earlyWindow } from '../policy/early-refresh.ts';
import type { StoredRecord } from '../ports/record.ts';
import type { Budget } from './budget.ts';
import { checkCached } from './check-cached.ts';
import type { EngineParts } from './engine-parts.ts';
import type { EntryPolicy } from './entry-policy.ts';
import type { FarStore } from './far-store.ts';
import type { Landing } from './filler.ts';
import type { Judge } from './judge.ts';
import type { FoundRecord, Keeper } from './keeper.ts';
import { type Opened, unpackRecord } from './open-record.ts';
import type { Outcome } from './outcome.ts';
import type { ValueCheck } from './value-check.ts';

/** What the shared store had for a key. */
export interface Fetched {
  /** What may be served; absent when nothing may. */
  readonly outcome?: Outcome;
  /** Why nothing may be served. */
  readonly reason: MissReason;
  /** The record that was there, usable or not. */
  readonly record?: StoredRecord;
  /** For how much longer what may be served is fresh, in milliseconds; 0 when it is not. */
  readonly leftMs?: number;
  /** The newest local ban when it was judged. */
  readonly seq?: number;
}

/** How what is read is treated. */
export type Wanted = Pick<EntryPolicy, 'check' | 'earlyRefresh' | 'refreshAhead'>;

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
  fetch(key: string, budget: Budget, wanted: Wanted): Promise<Fetched> {
    return this.#far.read(key, budget).then((record): Fetched | Promise<Fetched> => {
      if (record === undefined) return absent;
      if (wanted.check !== undefined) return this.admit(key, record, budget, wanted);
      return this.#fetchedOf({ key, record, wanted }, budget, this.#parts.clock.now());
    }, remoteFailed);
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
      return keys.map(remoteFailed);
    }
    const now = this.#parts.clock.now();
    let someWait = false;
    const fetched = records.map((record, n): Fetched | Promise<Fetched> => {
      if (record === undefined) return absent;
      const found = { key: keys[n]!, record, wanted: wantedOf(n) };
      const each = this.#fetchedOf(found, budget, now);
      someWait ||= each instanceof Promise;
      return each;
    });
    if (!someWait) return fetched as Fetched[];
    return Promise.all(fetched.map((each) => Promise.resolve(each)));
  }

  #fetchedOf(found: FoundRecord, budget: Budget, now: number): Fetched | Promise<Fetched> {
    const { key, record, wanted } = found;
    const standing = this.#judge.record(key, record, now);
    if (standing === 'unknown-tags') return this.admit(key, record, budget, wanted);
    return this.#admitAs(standing, now, found);
  }

  /** Judges a record and, in the same synchronous block, takes it into memory. */
  async admit(key: string, record: StoredRecord, budget: Budget, wanted: Wanted): Promise<Fetched> {
    if (this.#judge.record(key, record) === 'unknown-tags') {
      await this.#learnTags(record.tags, budget);
    }
    let now = this.#parts.clock.now();
    let standing = this.#judge.record(key, record, now);
    const { check } = wanted;
    const found = { key, record, wanted };
    if (check === undefined || !isUsable(standing)) return this.#admitAs(standing, now, found);
    const opened = await this.#openChecked(key, record, check);
    if (opened === undefined) return { record, reason: 'unreadable' };
    now = this.#parts.clock.now();
    standing = this.#judge.record(key, record, now);
    return this.#admitAs(standing, now, { ...found, opened });
  }

  /** In the block in which it was judged, at that reading of the wall clock. */
  #admitAs(standing: ReturnType<Judge['record']>, now: number, found: FoundRecord): Fetched {
    const { key, record, opened } = found;
    if (!this.#judge.isTrusted(now)) return { record, reason: 'untrusted' };
    if (standing === 'expired') return { record, reason: 'expired' };
    if (standing === 'invalidated' || standing === 'unknown-tags') {
      return { record, reason: 'invalidated' };
    }
    const isExpired = standing !== 'fresh' && this.#judge.isExpired(key, record);
    let sealed: unknown;
    try {
      sealed = this.#keeper.keepRecord(found, standing, isExpired);
    } catch (error) {
      this.#parts.report('remote.unreadable', () => ({ key, error }));
      return { record, reason: 'unreadable' };
    }
    if (standing === 'stale-if-error') return { record, reason: 'expired' };
    const { offsetMs, table } = this.#parts.view;
    const leftMs = standing === 'fresh' ? record.freshUntil - offsetMs - now : 0;
    const plain = { sealed, level: 'remote', stale: standing === 'stale', schema: opened?.schema };
    const early = earlyOf(leftMs, found);
    const outcome = (early === undefined ? plain : { ...plain, early }) as Outcome;
    return { outcome, reason: 'absent', record, leftMs, seq: table.seq };
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

const absent: Fetched = { reason: 'absent' };

function remoteFailed(): Fetched {
  return { reason: 'remote-failed' };
}

/**
 * What was fetched, for those who came before it was judged, and for who comes between that moment and their answer
 * if nothing covers it since. Undefined when nothing may be served.
 */
export function landingOf(
  table: BanTable,
  key: string,
  { outcome, record, seq }: Fetched,
): Landing | undefined {
  if (outcome === undefined) return undefined;
  const isCovered = (): boolean =>
    table.isCoveredSince(
      seq!,
      key,
      record!.tags.map((tag) => table.intern(tag)),
    );
  return { outcome, serves: (callerSeq) => callerSeq <= seq! || !isCovered() };
}

/** The chance that a fresh value is to be refreshed already, where there is one. */
function earlyOf(leftMs: number, { record, wanted }: FoundRecord): Outcome['early'] {
  const windowMs = earlyWindow(record.loadMs, wanted.earlyRefresh);
  return leftMs > 0 && leftMs <= windowMs ? { leftMs, windowMs } : undefined;
}

function isUsable(standing: ReturnType<Judge['record']>): boolean {
  return standing === 'fresh' || standing === 'stale' || standing === 'stale-if-error';
}
