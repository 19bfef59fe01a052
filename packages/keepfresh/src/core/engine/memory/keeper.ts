import type { TagCell } from '../../policy/bans/tag-cell.ts';
import { earlyWindow } from '../../policy/early-refresh.ts';
import { expiryOf } from '../../policy/expiry.ts';
import { endsOnceExpired, type Freshness } from '../../policy/freshness.ts';
import type { MemoryEntry } from '../../ports/memory.ts';
import type { StoredRecord, Token } from '../../ports/record.ts';
import { encodeValue } from '../store/encode-value.ts';
import { accept } from '../loads/value-check.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { EntryPolicy } from '../entry-policy.ts';
import type { LoadResult } from '../loads/load.ts';
import type { Point } from '../coherence/log-view.ts';
import { type Opened, openRecord } from '../store/open-record.ts';
import { seal } from './sealed.ts';
import { earliestServerNow, serverNow } from '../coherence/server-now.ts';
import { weightOf } from './weight.ts';

/** Where and when a load began. */
export interface LoadStart {
  readonly point: Point;
  /** The newest local ban. */
  readonly seq: number;
  /** By the engine's elapsed clock. */
  readonly startedAt: number;
  /** By the log server's clock, at the earliest. */
  readonly serverNow: number;
}

/** A record on its way into memory. */
export interface FoundRecord {
  readonly key: string;
  readonly record: StoredRecord;
  readonly wanted: Pick<EntryPolicy, 'earlyRefresh' | 'refreshAhead'>;
  /** What was opened of it before. */
  readonly opened?: Opened | undefined;
}

/** A value ready to be given out and, if it may be kept, to be stored. */
export interface Kept {
  readonly sealed: unknown;
  readonly tags: readonly TagCell[];
  /** For the shared store; absent when the value must not be stored anywhere. */
  readonly record: StoredRecord | undefined;
}

/** Stores what was read or loaded, after checking in the same synchronous block that it may be stored. */
export class Keeper {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /**
   * Holds a record that was found valid in this very block in memory: decoded, or as what was opened of it
   * before. `isExpired` if `expire` covered it. Throws when it cannot be read.
   */
  keepRecord(found: FoundRecord, standing: Freshness, isExpired: boolean): unknown {
    const { memory, never } = this.#parts;
    const { key, record } = found;
    const opened = found.opened ?? openRecord(this.#parts, key, record);
    // A key may be named as never cached while it is read.
    const isKept = memory.maxEntries > 0 && !never.hasNamed(key);
    if (isKept) this.#hold(found, opened, { standing, isExpired });
    return opened.sealed;
  }

  #hold(
    { key, record, wanted }: FoundRecord,
    { sealed, bytes }: Opened,
    { standing, isExpired }: { readonly standing: Freshness; readonly isExpired: boolean },
  ): void {
    const { view, memory, report } = this.#parts;
    const { offsetMs, table } = view;
    const local = (time: number): number => time - offsetMs;
    const kept = memory.put({
      key,
      value: sealed,
      tags: table.internAll(record.tags),
      createdAt: local(record.createdAt),
      // What `expire` covered is past both ends, whatever its times say.
      freshUntil: isExpired ? Number.NEGATIVE_INFINITY : local(record.freshUntil),
      staleUntil: isExpired ? Number.NEGATIVE_INFINITY : local(record.staleUntil),
      expiresAt: local(record.expiresAt),
      ...(standing === 'fresh' && earlyLook(record.loadMs, wanted)),
      loadStartedAt: Number.NEGATIVE_INFINITY,
      position: record.position,
      version: record.version,
      checkedSeq: table.seq,
      weight: weightOf(key, bytes),
    });
    if (!kept) report('refused', () => ({ key, reason: 'too-large' }));
  }

  /**
   * Encodes what was loaded, and holds it in memory unless it was invalidated or held since its load began. What
   * was expired meanwhile is kept as such: for when the next load fails.
   * Throws ENCODE_FAILED when the value would not come back as it is.
   */
  keepLoaded(
    key: string,
    result: LoadResult,
    start: LoadStart,
    policy: EntryPolicy,
    token: Token | undefined,
  ): Kept {
    const { view, memory, never, report } = this.#parts;
    const { sealed, bytes: payload } = this.#opened(key, result, policy);
    const tags = view.table.internAll(result.tags);
    const loaded = this.#record(payload, result, start.point, policy, token);
    const isExpired = view.table.isExpiredSince(start.seq, key, tags);
    const record = isExpired ? { ...loaded, ...endsOnceExpired } : loaded;
    const isKept = !result.skipped && result.ttlMs > 0 && !never.hasNamed(key);
    if (!isKept) return { sealed, tags, record: undefined };
    if (this.wasHeld(key, result.tags, start)) {
      report('refused', () => ({ key, reason: 'held' }));
      return { sealed, tags, record: undefined };
    }
    if (view.table.isBannedSince(start.seq, key, tags)) return { sealed, tags, record: undefined };
    const kept = memory.put({
      key,
      value: sealed,
      tags,
      createdAt: loaded.createdAt - view.offsetMs,
      freshUntil: loaded.freshUntil - view.offsetMs,
      staleUntil: loaded.staleUntil - view.offsetMs,
      expiresAt: loaded.expiresAt - view.offsetMs,
      ...earlyLook(result.tookMs, policy),
      loadStartedAt: start.startedAt,
      position: start.point.position,
      version: 0,
      // Not the newest: what only expired while it was loaded is found out at its first use.
      checkedSeq: start.seq,
      weight: weightOf(key, payload),
    });
    if (!kept) report('refused', () => ({ key, reason: 'too-large' }));
    return { sealed, tags, record };
  }

  /**
   * Whether what was loaded must not be stored: a mutation that covers the key or a tag was under way since the load
   * began, or a value of the key still waits to be written to its source. A hold that ran out since then counts, too;
   * one that was released has invalidated what it covers.
   */
  wasHeld(key: string, tags: readonly string[], start: LoadStart): boolean {
    if (this.#parts.unwritten.has(key)) return true;
    const earliest = Math.min(start.serverNow, earliestServerNow(this.#parts));
    return this.#parts.view.holds.isHeld(key, tags, earliest);
  }

  /**
   * What was loaded, as memory holds it and as bytes. It is encoded now, unless a store had it and no schema may have
   * changed it.
   */
  #opened(key: string, { value, confirmed }: LoadResult, { check }: EntryPolicy): Opened {
    const { codec, sharing } = this.#parts;
    const known = check === undefined ? confirmed?.opened : undefined;
    if (known !== undefined) return known;
    const bytes = encodeValue(codec, key, value);
    const sealed = seal(bytes, codec, sharing);
    if (check !== undefined) accept(sealed, check.schema);
    return { sealed, bytes };
  }

  #record(
    payload: Uint8Array,
    result: LoadResult,
    point: Point,
    policy: EntryPolicy,
    token: Token | undefined,
  ): StoredRecord {
    const { random, limits, codec } = this.#parts;
    const now = serverNow(this.#parts);
    const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = result;
    const times = { ttlMs, staleWhileRevalidateMs, staleIfErrorMs };
    const { jitter, maxTtlMs = limits.maxTtlMs } = policy;
    const lifetime = { jitter, ...times, maxTtlMs };
    return {
      token: token ?? random.hex(16),
      codec: codec.id,
      epoch: point.epoch,
      position: point.position,
      createdAt: now,
      ...expiryOf(lifetime, now, random.fraction()),
      loadMs: result.tookMs,
      version: 0,
      tags: result.tags,
      payload,
    };
  }
}

/** From when on uses of a value are looked at, because a refresh may be due before it ends. */
function earlyLook(
  loadMs: number,
  { earlyRefresh, refreshAhead }: Pick<EntryPolicy, 'earlyRefresh' | 'refreshAhead'>,
): Pick<MemoryEntry, 'earlyMs' | 'isWatched'> {
  const isWatched = refreshAhead > 0;
  // Watched uses need to know how long a load takes, drawn for or not.
  return { earlyMs: earlyWindow(loadMs, isWatched ? earlyRefresh || 1 : earlyRefresh), isWatched };
}
