import { expiryOf } from '../policy/expiry.ts';
import type { StoredRecord } from '../ports/record.ts';
import type { Store } from '../ports/store.ts';
import type { Change } from './change.ts';
import type { EngineParts } from './engine-parts.ts';
import type { EntryPolicy } from './entry-policy.ts';
import type { InvalidateOptions, InvalidationResult, Invalidator } from './invalidator.ts';
import { seal } from './sealed.ts';
import { weightOf } from './weight.ts';

export interface WriteRequest {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly policy: EntryPolicy;
  readonly options: InvalidateOptions;
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
    const { key, options } = request;
    const record = this.#record(request);
    const sealed = seal(record.payload, this.#parts.codec, this.#parts.sharing);
    const result = this.#invalidator.invalidate(this.#change(key, record), options);
    // Still in the block of the call: the ban is in the table, the value comes after it.
    this.#hold(key, record, sealed);
    this.#parts.report('written', () => ({ key }));
    return result;
  }

  #change(key: string, record: StoredRecord): Change {
    const store = this.#store;
    const bans = [{ kind: 'key', key, except: record.token }] as const;
    if (store === undefined) return { bans, keys: [key] };
    const lifetimeMs = Math.max(1, Math.ceil(record.expiresAt - record.createdAt));
    return { bans, keys: [key], write: () => store.put(key, record, lifetimeMs) };
  }

  #record(request: WriteRequest): StoredRecord {
    const { clock, view, random, limits, codec } = this.#parts;
    const now = clock.now() + view.offsetMs;
    const lifetime = { ...request.policy, maxTtlMs: limits.maxTtlMs };
    return {
      token: random.hex(16),
      codec: codec.id,
      ...view.point,
      createdAt: now,
      ...expiryOf(lifetime, now, random.fraction()),
      loadMs: 0,
      version: 0,
      tags: request.tags,
      payload: codec.encode(request.value),
    };
  }

  #hold(key: string, record: StoredRecord, sealed: unknown): void {
    const { memory, view, elapsed, report } = this.#parts;
    const { offsetMs, table } = view;
    const kept = memory.put({
      key,
      value: sealed,
      tags: record.tags.map((tag) => table.intern(tag)),
      createdAt: record.createdAt - offsetMs,
      freshUntil: record.freshUntil - offsetMs,
      staleUntil: record.staleUntil - offsetMs,
      expiresAt: record.expiresAt - offsetMs,
      loadStartedAt: elapsed.read(),
      position: record.position,
      checkedSeq: table.seq,
      weight: weightOf(key, record.payload),
    });
    if (!kept) report('refused', () => ({ key, reason: 'too-large' }));
  }
}
