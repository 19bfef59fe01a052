import type { MissReason } from '../../events.ts';
import type { BanTable } from '../../policy/bans/ban-table.ts';
import { earlyWindow } from '../../policy/early-refresh.ts';
import type { StoredRecord } from '../../ports/record.ts';
import { learnTags } from '../coherence/learn-tags.ts';
import type { Budget } from '../time/budget.ts';
import { checkCached } from './check-cached.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { FarStore } from '../store/far-store.ts';
import { type Found, missed } from './found.ts';
import type { Landing } from '../loads/flight.ts';
import type { Judge } from '../judge.ts';
import type { FoundRecord, Keeper } from '../memory/keeper.ts';
import { type Opened, unpackRecord } from '../store/open-record.ts';
import { openRecords } from '../store/open-records.ts';
import type { Outcome } from './outcome.ts';
import type { Wanted } from './read-request.ts';
import type { ValueCheck } from '../loads/value-check.ts';

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

type RecordStanding = ReturnType<Judge['record']>;

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
      if (record === undefined) return nothing;
      if (wanted.check !== undefined) return this.admit(key, record, budget, wanted);
      const now = this.#parts.clock.now();
      const standing = this.#judge.record(key, record, now);
      if (standing === 'unknown-tags') return this.admit(key, record, budget, wanted);
      return this.#admitAs(standing, now, { key, record, wanted, opened: undefined });
    }, remoteFailed);
  }

  /** Like `fetch` for each key, in order; one round trip per node. */
  async fetchMany(
    keys: readonly string[],
    budget: Budget,
    wanted: Wanted,
  ): Promise<readonly Found[]> {
    let records: readonly (StoredRecord | undefined)[];
    try {
      records = await this.#far.readMany(keys, budget);
    } catch {
      const failed = missed('remote-failed');
      return keys.map(() => failed);
    }
    const opened = openRecords(this.#parts, records);
    const now = this.#parts.clock.now();
    const found: (Found | Promise<Found>)[] = [];
    let someWait = false;
    for (let n = 0; n < records.length; n++) {
      const record = records[n];
      const each =
        record === undefined
          ? absent
          : this.#foundIn({ key: keys[n]!, record, wanted, opened: opened?.[n] }, budget, now);
      someWait ||= each instanceof Promise;
      found.push(each);
    }
    if (!someWait) return found as Found[];
    return Promise.all(found.map((each) => Promise.resolve(each)));
  }

  #foundIn(found: FoundRecord, budget: Budget, now: number): Found | Promise<Found> {
    const { key, record, wanted } = found;
    const standing = this.#judge.record(key, record, now);
    if (standing === 'unknown-tags') return this.admit(key, record, budget, wanted).then(foundOf);
    const outcome = this.#outcomeAs(standing, now, found);
    return typeof outcome === 'string' ? missed(outcome, { record }) : outcome;
  }

  /** Judges a record and, in the same synchronous block, takes it into memory. */
  async admit(key: string, record: StoredRecord, budget: Budget, wanted: Wanted): Promise<Fetched> {
    if (this.#judge.record(key, record) === 'unknown-tags') {
      await learnTags(this.#parts.view, record.tags, budget);
    }
    let now = this.#parts.clock.now();
    let standing = this.#judge.record(key, record, now);
    const { check } = wanted;
    const found = { key, record, wanted, opened: undefined };
    if (check === undefined || !isUsable(standing)) return this.#admitAs(standing, now, found);
    const opened = await this.#openChecked(key, record, check);
    if (opened === undefined) return { record, reason: 'unreadable' };
    now = this.#parts.clock.now();
    standing = this.#judge.record(key, record, now);
    return this.#admitAs(standing, now, { ...found, opened });
  }

  #admitAs(standing: RecordStanding, now: number, found: FoundRecord): Fetched {
    const { record } = found;
    const outcome = this.#outcomeAs(standing, now, found);
    if (typeof outcome === 'string') return { record, reason: outcome };
    const { seq } = this.#parts.view.table;
    return { outcome, reason: 'absent', record, leftMs: this.#leftMs(standing, now, record), seq };
  }

  /** In the block in which it was judged, at that reading of the wall clock. */
  #outcomeAs(standing: RecordStanding, now: number, found: FoundRecord): Outcome | MissReason {
    const { key, record, opened } = found;
    if (!this.#judge.isTrusted(now)) return 'untrusted';
    if (standing === 'expired') return 'expired';
    if (standing === 'invalidated' || standing === 'unknown-tags') return 'invalidated';
    const isExpired = standing !== 'fresh' && this.#judge.isExpired(key, record);
    let sealed: unknown;
    try {
      sealed = this.#keeper.keepRecord(found, standing, isExpired);
    } catch (error) {
      this.#parts.report('remote.unreadable', () => ({ key, error }));
      return 'unreadable';
    }
    if (standing === 'stale-if-error') return 'expired';
    return {
      sealed,
      level: 'remote',
      stale: standing === 'stale',
      early: earlyOf(this.#leftMs(standing, now, record), found),
      schema: opened?.schema,
    };
  }

  #leftMs(standing: RecordStanding, now: number, record: StoredRecord): number {
    return standing === 'fresh' ? record.freshUntil - this.#parts.view.offsetMs - now : 0;
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
}

const nothing: Fetched = { reason: 'absent' };
const absent = missed('absent', {});

function remoteFailed(): Fetched {
  return { reason: 'remote-failed' };
}

/**
 * What was fetched, for callers who came before it was judged, and for those who came since unless something was
 * banned that covers it. Undefined when nothing may be served.
 */
export function landingOf(
  table: BanTable,
  key: string,
  { outcome, record, seq }: Fetched,
): Landing | undefined {
  if (outcome === undefined) return undefined;
  const isCovered = (): boolean => table.isCoveredSince(seq!, key, table.internAll(record!.tags));
  return { outcome, serves: (callerSeq) => callerSeq <= seq! || !isCovered() };
}

/** The chance that a fresh value is to be refreshed already, where there is one. */
function earlyOf(leftMs: number, { record, wanted }: FoundRecord): Outcome['early'] {
  const windowMs = earlyWindow(record.loadMs, wanted.earlyRefresh);
  return leftMs > 0 && leftMs <= windowMs ? { leftMs, windowMs } : undefined;
}

function foundOf({ outcome, reason, record }: Fetched): Found {
  return outcome ?? missed(reason, record && { record });
}

function isUsable(standing: RecordStanding): boolean {
  return standing === 'fresh' || standing === 'stale' || standing === 'stale-if-error';
}
