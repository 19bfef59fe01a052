import { CacheError } from '../../errors.ts';
import type { Freshness } from '../../policy/freshness.ts';
import type { SnapshotLine } from '../../policy/snapshot-line.ts';
import type { Epoch, StoredRecord } from '../../ports/record.ts';
import { learnTags } from '../coherence/learn-tags.ts';
import { readBudget } from '../time/budget.ts';
import type { Engine } from '../engine.ts';
import { earliestServerNow, serverNow } from '../coherence/server-now.ts';
import type { Draft } from '../writes/written.ts';
import type { Imported } from './import-counts.ts';

type Entry = Extract<SnapshotLine, { readonly kind: 'entry' }>;

export interface AdmissionOptions {
  /** Whether values count as loaded when the import began, whatever happened since they were exported. */
  readonly adopt: boolean;
  /** Whether a key may be kept here. */
  readonly accepts: (key: string) => boolean;
}

/**
 * Takes entries of a snapshot into memory: those that nothing has invalidated since, by the rule of all records; or,
 * adopted, as what a load brought that began with the import.
 *
 * Nothing is stored in the shared store. What is stored there has to have its lease from before its load, and the
 * load of an imported value lies in the past: an invalidation that was executed since would have to be known.
 */
export class SnapshotAdmission {
  readonly #engine: Engine;
  readonly #options: AdmissionOptions;
  /** As of when adopted values count as loaded: the call, or when this process first hears of the log. */
  #start: Draft;

  constructor(engine: Engine, options: AdmissionOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#start = engine.writer.draft();
  }

  /** Rejects with SNAPSHOT_REFUSED for another epoch, and with NOT_READY while nobody knows what is in force. */
  async begin(epoch: Epoch): Promise<void> {
    const { view } = this.#engine.parts;
    if (!(await view.confirm(readBudget(this.#engine.parts)))) {
      throw new CacheError('NOT_READY', 'the log has not answered: nobody could judge a snapshot');
    }
    if (this.#start.epoch === '') this.#start = this.#engine.writer.draft();
    if (this.#options.adopt || epoch === view.point.epoch) return;
    const message =
      'the snapshot is of another history of the log, so that nobody knows what was invalidated since; ' +
      '`adopt: true` takes its values as if they were loaded now';
    throw new CacheError('SNAPSHOT_REFUSED', message);
  }

  async admit({ key, record }: Entry): Promise<Imported> {
    if (this.#engine.closed) throw new CacheError('CLOSED', 'the cache is closed');
    if (!this.#options.accepts(key)) return 'refused';
    if (!hasTags(record)) return 'corrupt';
    const { adopt } = this.#options;
    const limited = this.#limited(adopt ? this.#adopted(record) : record);
    if (adopt) return this.#isOver(key, record) ? 'invalidated' : this.#keep(key, limited, 'fresh');
    return this.#admitJudged(key, limited);
  }

  async #admitJudged(key: string, record: StoredRecord): Promise<Imported> {
    const { judge, parts } = this.#engine;
    const { view } = parts;
    // Bans of single keys are known from there on only; of before the log may have forgotten some.
    if (record.epoch === view.point.epoch && record.position < view.table.keysCompleteFrom) {
      return 'unjudged';
    }
    if (!judge.isTrusted()) await view.confirm(readBudget(this.#engine.parts));
    if (judge.record(key, record) === 'unknown-tags')
      await learnTags(view, record.tags, readBudget(parts));
    // From here on one block: what is found valid is kept.
    const standing = judge.record(key, record);
    if (standing === 'unknown-tags' || !judge.isTrusted()) return 'unjudged';
    if (standing === 'invalidated' || standing === 'expired') return standing;
    return this.#keep(key, record, standing);
  }

  #keep(key: string, record: StoredRecord, standing: Freshness): Imported {
    const { keeper, judge, parts } = this.#engine;
    const { memory, unwritten, view } = parts;
    const slot = memory.find(key);
    if (unwritten.has(key) || (slot !== -1 && judge.isValid(key, slot))) return 'present';
    if (view.holds.isHeld(key, record.tags, earliestServerNow(parts))) return 'refused';
    const isExpired = standing === 'stale-if-error';
    try {
      keeper.keepRecord({ key, record, wanted: plain }, standing, isExpired);
    } catch (error) {
      parts.report('remote.unreadable', () => ({ key, error }));
      return 'corrupt';
    }
    return memory.find(key) === -1 ? 'refused' : 'kept';
  }

  /** Whether something that happened since the import began covers an adopted value. */
  #isOver(key: string, { tags }: StoredRecord): boolean {
    const { table } = this.#engine.parts.view;
    return table.isCoveredSince(this.#start.since, key, table.internAll(tags));
  }

  /** Fresh for as long as it was to be, from now. */
  #adopted(record: StoredRecord): StoredRecord {
    const { epoch, position } = this.#start;
    const now = serverNow(this.#engine.parts);
    const again = (end: number): number => now + Math.max(0, end - record.createdAt);
    const { freshUntil, staleUntil, expiresAt } = record;
    return {
      ...record,
      ...{ epoch, position, createdAt: now },
      freshUntil: again(freshUntil),
      staleUntil: again(staleUntil),
      expiresAt: again(expiresAt),
    };
  }

  /** No entry lives longer than any may, whatever the snapshot says. */
  #limited(record: StoredRecord): StoredRecord {
    const { parts } = this.#engine;
    const end = serverNow(parts) + parts.limits.maxTtlMs;
    const { freshUntil, staleUntil, expiresAt } = record;
    return {
      ...record,
      freshUntil: Math.min(freshUntil, end),
      staleUntil: Math.min(staleUntil, end),
      expiresAt: Math.min(expiresAt, end),
    };
  }
}

/** No refresh before its time is asked for. */
const plain = { earlyRefresh: 0, refreshAhead: 0 } as const;

/** As many and as long as tags may be, with the names of their namespaces. */
function hasTags({ tags }: StoredRecord): boolean {
  return tags.length <= 64 && tags.every((tag) => tag !== '' && tag.length <= 4_096);
}
