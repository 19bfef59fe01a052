import { expiryOf } from '../policy/expiry.ts';
import type { StoredRecord } from '../ports/record.ts';
import type { Store } from '../ports/store.ts';
import type { Change } from './change.ts';
import { encodeValue } from './encode-value.ts';
import type { EngineParts } from './engine-parts.ts';
import type { EntryPolicy } from './entry-policy.ts';
import type { InvalidateOptions, InvalidationResult, Invalidator } from './invalidator.ts';
import { Budget } from './budget.ts';
import { packRecord } from './pack-record.ts';
import { seal } from './sealed.ts';
import { earliestServerNow, serverNow } from './server-now.ts';
import { weightOf } from './weight.ts';

export interface WriteRequest {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly policy: EntryPolicy;
  /** Of the value in its source; of two that have one, the smaller never replaces the larger. 0: none. */
  readonly version: number;
  readonly options: InvalidateOptions;
}

/** A value on its way into both levels. */
interface Written {
  readonly record: StoredRecord;
  readonly sealed: unknown;
  /** The newest local ban at the call. */
  readonly since: number;
  /** When the call was made: without trust the value counts as loaded then, however long the store took. */
  readonly startedAt: number;
  readonly write: Change['write'];
}

/**
 * Stores a value that the caller has, in place of what every process has under the key. The log is told
 * "everything of this key except this value": so the value is valid at once, and an invalidation that
 * happened while the caller computed it still covers it, because it carries what was applied at the call.
 */
export class Writer {
  readonly #parts: EngineParts;
  readonly #invalidator: Invalidator;
  readonly #store: Store | undefined;

  constructor(
    parts: EngineParts,
    options: { readonly invalidator: Invalidator; readonly store: Store | undefined },
  ) {
    this.#parts = parts;
    this.#invalidator = options.invalidator;
    this.#store = options.store;
  }

  /** Throws ENCODE_FAILED before anything was changed. */
  async write(request: WriteRequest): Promise<InvalidationResult> {
    const { key, version } = request;
    const since = this.#parts.view.table.seq;
    const startedAt = this.#parts.elapsed.read();
    const record = this.#record(request);
    const sealed = seal(record.payload, this.#parts.codec, this.#parts.sharing);
    if (version > 0 && this.#holdsNewer(key, version)) return this.#refuseOlder(key);
    if (this.#isHeld(request)) return this.#refuseHeld(request);
    if (version === 0) {
      return this.#replace(request, {
        ...{ record, sealed, since, startedAt },
        write: this.#put(key, record),
      });
    }
    const stored = await this.#putUnlessOlder(key, record);
    if (stored === 'older') return this.#refuseOlder(key);
    // What could not be asked for its version goes the way of every value: tried, and journalled.
    const write = stored === 'put' ? () => Promise.resolve() : this.#put(key, record);
    return this.#replace(request, { record, sealed, since, startedAt, write });
  }

  /** Everything up to its end is one block: the ban is in the table, then the value comes after it. */
  #replace(
    { key, options }: WriteRequest,
    { record, sealed, since, startedAt, write }: Written,
  ): Promise<InvalidationResult> {
    const { table } = this.#parts.view;
    const tags = record.tags.map((tag) => table.intern(tag));
    const isCovered = table.isCoveredSince(since, key, tags);
    const bans = [{ kind: 'key', key, except: record.token }] as const;
    const result = this.#invalidator.invalidate({ bans, keys: [key], write }, options);
    if (!isCovered) this.#hold(key, record, { sealed, startedAt });
    this.#parts.report('written', () => ({ key }));
    const { token } = record;
    const stored = (): void => this.#parts.audit?.add({ key, token, seq: since, tags });
    result.then(stored, stored);
    return result;
  }

  #put(key: string, record: StoredRecord): Change['write'] {
    const store = this.#store;
    if (store === undefined) return undefined;
    const packed = packRecord(this.#parts.codec, key, record);
    return () => store.put(key, packed, lifetimeOf(record));
  }

  /** A version is compared where the value is kept, before the log is told that everything else is over. */
  async #putUnlessOlder(key: string, record: StoredRecord): Promise<'put' | 'older' | 'not asked'> {
    const { far, clock, limits, codec } = this.#parts;
    if (far === undefined) return 'put';
    try {
      const budget = new Budget(clock, limits.budgetMs);
      const packed = packRecord(codec, key, record);
      return (await far.put(key, packed, lifetimeOf(record), budget)) ? 'put' : 'older';
    } catch {
      return 'not asked';
    }
  }

  #holdsNewer(key: string, version: number): boolean {
    const { memory } = this.#parts;
    const slot = memory.find(key);
    return slot !== -1 && memory.version(slot) > version;
  }

  /** Whether somebody is changing what the value may be made of, as far as known. */
  #isHeld({ key, tags }: WriteRequest): boolean {
    return this.#parts.view.holds.isHeld(key, tags, earliestServerNow(this.#parts));
  }

  /**
   * Like what is loaded meanwhile, the value may be from before the change, so it is not kept: if whoever makes
   * the change dies, nobody would remove it. What it would have replaced is over all the same.
   */
  async #refuseHeld({ key, version, options }: WriteRequest): Promise<InvalidationResult> {
    if (version > 0 && (await this.#isOlder(key, version))) return this.#refuseOlder(key);
    this.#parts.report('refused', () => ({ key, reason: 'held' }));
    return this.#invalidator.invalidate({ bans: [{ kind: 'key', key }], keys: [key] }, options);
  }

  /** Whether the store has a larger version, as far as it answers. */
  async #isOlder(key: string, version: number): Promise<boolean> {
    const { far, clock, limits } = this.#parts;
    const reading = far?.read(key, new Budget(clock, limits.budgetMs));
    const record = await reading?.catch(() => undefined);
    return record !== undefined && record.version > version;
  }

  #refuseOlder(key: string): InvalidationResult {
    this.#parts.report('refused', () => ({ key, reason: 'older' }));
    return { status: 'applied' };
  }

  #record(request: WriteRequest): StoredRecord {
    const { view, random, limits, codec } = this.#parts;
    const now = serverNow(this.#parts);
    const { maxTtlMs = limits.maxTtlMs, ...times } = request.policy;
    const lifetime = { ...times, maxTtlMs };
    return {
      token: random.hex(16),
      codec: codec.id,
      ...view.point,
      createdAt: now,
      ...expiryOf(lifetime, now, random.fraction()),
      loadMs: 0,
      version: request.version,
      tags: request.tags,
      payload: encodeValue(codec, request.key, request.value),
    };
  }

  #hold(
    key: string,
    record: StoredRecord,
    { sealed, startedAt }: Pick<Written, 'sealed' | 'startedAt'>,
  ): void {
    const { memory, view, report } = this.#parts;
    const { offsetMs, table } = view;
    const kept = memory.put({
      key,
      value: sealed,
      tags: record.tags.map((tag) => table.intern(tag)),
      createdAt: record.createdAt - offsetMs,
      freshUntil: record.freshUntil - offsetMs,
      staleUntil: record.staleUntil - offsetMs,
      expiresAt: record.expiresAt - offsetMs,
      loadStartedAt: startedAt,
      position: record.position,
      version: record.version,
      checkedSeq: table.seq,
      weight: weightOf(key, record.payload),
    });
    if (!kept) report('refused', () => ({ key, reason: 'too-large' }));
  }
}

function lifetimeOf(record: StoredRecord): number {
  return Math.max(1, Math.ceil(record.expiresAt - record.createdAt));
}
