import type { MissReason } from '../events.ts';
import type { Freshness } from '../policy/freshness.ts';
import type { StoredRecord, Token } from '../ports/record.ts';
import type { Budget } from './budget.ts';
import type { EngineParts } from './engine-parts.ts';
import type { FarStore } from './far-store.ts';
import type { Landing } from './filler.ts';
import type { Judge } from './judge.ts';
import type { Keeper } from './keeper.ts';
import type { Outcome } from './outcome.ts';

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

  async fetch(key: string, budget: Budget): Promise<Fetched> {
    let record: StoredRecord | undefined;
    try {
      record = await this.#far.read(key, budget);
    } catch {
      return { reason: 'remote-failed' };
    }
    if (record === undefined) return { reason: 'absent' };
    const standing = this.#judge.record(key, record);
    if (standing === 'unknown-tags') return this.admit(key, record, budget);
    return this.#admitAs(standing, key, record);
  }

  /** Judges a record and, in the same synchronous block, takes it into memory. */
  async admit(key: string, record: StoredRecord, budget: Budget): Promise<Fetched> {
    if (this.#judge.record(key, record) === 'unknown-tags') {
      await this.#learnTags(record.tags, budget);
    }
    return this.#admitAs(this.#judge.record(key, record), key, record);
  }

  #admitAs(standing: ReturnType<Judge['record']>, key: string, record: StoredRecord): Fetched {
    const { token } = record;
    if (!this.#judge.isTrusted()) return { token, reason: 'untrusted' };
    if (standing === 'expired') return { token, reason: 'expired' };
    if (standing === 'invalidated' || standing === 'unknown-tags') {
      return { token, reason: 'invalidated' };
    }
    const sealed = this.#take(key, record, standing);
    if (sealed === undefined) return { token, reason: 'unreadable' };
    if (standing === 'stale-if-error') return { token, reason: 'expired' };
    const outcome: Outcome = { ...sealed, level: 'remote', stale: standing === 'stale' };
    return { token, landing: { outcome, serves: this.#judgedNow(key, record) }, reason: 'absent' };
  }

  /** For those who come between this moment, in which the record was found valid, and their answer. */
  #judgedNow(key: string, { tags }: StoredRecord): Landing['serves'] {
    const { table } = this.#parts.view;
    const { seq } = table;
    const isBanned = (): boolean =>
      table.isBannedSince(
        seq,
        key,
        tags.map((tag) => table.intern(tag)),
      );
    return (callerSeq) => callerSeq <= seq || !isBanned();
  }

  #take(key: string, record: StoredRecord, standing: Freshness): { sealed: unknown } | undefined {
    try {
      return { sealed: this.#keeper.keepRecord(key, record, standing) };
    } catch (error) {
      this.#parts.report('remote.unreadable', () => ({ key, error }));
      return undefined;
    }
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
