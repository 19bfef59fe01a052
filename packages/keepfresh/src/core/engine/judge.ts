import { type Freshness, freshnessOf, freshnessOnceExpired } from '../policy/freshness.ts';
import type { StoredRecord } from '../ports/record.ts';
import type { EngineParts } from './engine-parts.ts';

/** What may be done with a cached value; `invalidated` can never be served, whatever its age. */
export type Standing = Freshness | 'invalidated';

/** Applies the one rule: a value is valid if nothing that was applied since its load started covers it. */
export class Judge {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    const { memory, view } = parts;
    this.#parts = parts;
    view.table.beforeForgetting((key) => {
      const slot = memory.find(key);
      if (slot !== -1) this.isValid(key, slot);
    });
  }

  /** The standing of what memory holds in `slot`. One that is invalidated is let go. */
  slot(key: string, slot: number, now: number): Standing {
    if (!this.isValid(key, slot)) return 'invalidated';
    const { memory } = this.#parts;
    const times = {
      freshUntil: memory.freshUntil(slot),
      staleUntil: memory.staleUntil(slot),
      expiresAt: memory.expiresAt(slot),
    };
    return freshnessOf(times, now);
  }

  /**
   * Whether nothing that was applied covers what memory holds in `slot`. What passed is not checked again until
   * another invalidation arrives; what did not is let go.
   */
  isValid(key: string, slot: number): boolean {
    const { memory, view } = this.#parts;
    const { table } = view;
    const since = memory.checkedSeq(slot);
    if (since === table.seq) return true;
    const tags = memory.tags(slot);
    if (table.isHeldBannedSince(since, key, tags)) {
      memory.remove(slot);
      return false;
    }
    if (table.isExpiredSince(since, key, tags)) memory.expire(slot);
    memory.setChecked(slot, table.seq);
    return true;
  }

  /**
   * Whether what memory holds in `slot` may be served to a read that began at `readStartedAt`: this process
   * hears of invalidations, or it saw the load itself start so late that the bound holds without hearing.
   */
  isCurrent(slot: number, readStartedAt: number): boolean {
    return this.isTrusted() || this.sawStart(this.#parts.memory.loadStartedAt(slot), readStartedAt);
  }

  /** Whether cached values may be judged by the ban table at `now`, a reading of the wall clock. */
  isTrusted(now: number = this.#parts.clock.now()): boolean {
    return this.#parts.view.trust.covers(now);
  }

  /** Whether something that began at `startedAt` began at most H before the read. */
  sawStart(startedAt: number, readStartedAt: number): boolean {
    return readStartedAt - startedAt <= this.#parts.limits.maxLagMs;
  }

  /** Whether `expire` covered a record of the shared store, by what is known now. */
  isExpired(key: string, record: StoredRecord): boolean {
    return record.freshUntil === 0 || this.#parts.view.table.verdict(key, record) === 'stale';
  }

  /** The standing at `now` of a record of the shared store, by what is known; `unknown-tags`: ask the log first. */
  record(
    key: string,
    record: StoredRecord,
    now: number = this.#parts.clock.now(),
  ): Standing | 'unknown-tags' {
    const { view } = this.#parts;
    if (record.epoch !== view.point.epoch) return 'invalidated';
    const verdict = view.table.verdict(key, record);
    if (verdict === 'banned') return 'invalidated';
    if (verdict === 'unknown-tags') return 'unknown-tags';
    const logNow = now + view.offsetMs;
    return verdict === 'stale' ? freshnessOnceExpired(record, logNow) : freshnessOf(record, logNow);
  }
}
