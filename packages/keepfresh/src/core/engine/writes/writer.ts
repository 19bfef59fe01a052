import type { RefusalReason } from '../../events.ts';
import { expiryOf } from '../../policy/expiry.ts';
import type { KeyBan, ReleaseBan } from '../../ports/log.ts';
import type { StoredRecord } from '../../ports/record.ts';
import type { Store } from '../../ports/store.ts';
import type { Change } from '../invalidations/change.ts';
import { encodeValue } from '../store/encode-value.ts';
import type { EngineParts } from '../engine-parts.ts';
import type {
  InvalidateOptions,
  InvalidationResult,
  Invalidator,
} from '../invalidations/invalidator.ts';
import { readBudget } from '../time/budget.ts';
import { packRecord } from '../store/pack-record.ts';
import { seal } from '../memory/sealed.ts';
import { earliestServerNow, serverNow } from '../coherence/server-now.ts';
import { weightOf } from '../memory/weight.ts';
import type { Draft, Replacement, WriteRequest, Written } from './written.ts';

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

  /** As of now. */
  draft(): Draft {
    const { view, random, elapsed } = this.#parts;
    return {
      token: random.hex(16),
      ...view.point,
      since: view.table.seq,
      startedAt: elapsed.read(),
    };
  }

  /** Throws ENCODE_FAILED before anything was changed. */
  async write(
    request: WriteRequest,
    options: InvalidateOptions,
    draft: Draft,
  ): Promise<InvalidationResult> {
    const { key, version } = request;
    const written = this.prepare(request, draft);
    if (this.#holdsNewer(key, version)) return this.#refuseOlder(key);
    if (this.#isHeld(request)) return this.#refuseHeld(request, options);
    if (version === 0) return this.replace([{ key, written }], { options });
    const stored = await this.#putUnlessOlder(written);
    if (stored === 'older') return this.#refuseOlder(key);
    // What could not be asked for its version goes the way of every value: tried, and journalled.
    return this.replace([{ key, written }], { options, isStored: stored === 'put' });
  }

  /** The value as both levels would keep it. Throws ENCODE_FAILED. */
  prepare(request: WriteRequest, draft: Draft): Written {
    const { codec, sharing } = this.#parts;
    const { key } = request;
    const record = this.#record(request, draft);
    const sealed = seal(record.payload, codec, sharing);
    const packed = this.#store && packRecord(codec, key, record);
    return { key, draft, record, packed, sealed };
  }

  /** The same value as of now; without trust it still counts as loaded when it was first drafted. */
  redate(written: Written): Written {
    const { view } = this.#parts;
    const { draft, record, packed } = written;
    return {
      ...written,
      draft: { ...draft, ...view.point, since: view.table.seq },
      record: { ...record, ...view.point },
      packed: packed && { ...packed, ...view.point },
    };
  }

  /**
   * Puts values in place of what is under their keys, and ends the hold under which their source was changed.
   * Everything up to its end is one block: the bans are in the table, then the values come after them. What was
   * covered since its draft, by anything but what spares it, is not kept.
   */
  replace(
    all: readonly Replacement[],
    { options, release, isStored = false }: ReplaceOptions,
  ): Promise<InvalidationResult> {
    if (release !== undefined) this.#parts.view.holds.release(release.token);
    const kept = all.flatMap((each) => (this.#mayKeep(each) ? [each.written] : []));
    const tokens = new Map(kept.map(({ key, draft }) => [key, draft.token]));
    const bans = all.map(({ key, spares }): KeyBan => {
      const except = tokens.get(key) ?? spares;
      return except === undefined ? { kind: 'key', key } : { kind: 'key', key, except };
    });
    const others = all.flatMap(({ key }) => (tokens.has(key) ? [] : [key]));
    const result = this.#invalidator.invalidate(
      {
        bans: release === undefined ? bans : [...bans, release],
        keys: all.map(({ key }) => key),
        write: this.#writeOf(isStored ? [] : kept, others, kept.length > 0),
      },
      options,
    );
    for (const written of kept) this.#keep(written, result);
    return result;
  }

  /** Takes the place of the removal of all keys; undefined where that will do. */
  #writeOf(kept: readonly Written[], others: readonly string[], some: boolean): Change['write'] {
    const store = this.#store;
    if (store === undefined || !some) return undefined;
    return () =>
      Promise.all([
        ...kept.map(({ key, packed, record }) => store.put(key, packed!, lifetimeOf(record))),
        ...(others.length > 0 ? [store.invalidate(others)] : []),
      ]);
  }

  #keep(written: Written, stored: Promise<unknown>): void {
    const { key, draft, record } = written;
    const { audit, report, view } = this.#parts;
    this.#hold(written);
    report('written', () => ({ key }));
    const tags = view.table.internAll(record.tags);
    const look = (): void => audit?.add({ key, token: draft.token, seq: draft.since, tags });
    stored.then(look, look);
  }

  #mayKeep(each: Replacement): each is Replacement & { readonly written: Written } {
    if (each.written === undefined) return false;
    const { key, draft, record } = each.written;
    const { unwritten, view } = this.#parts;
    const { table } = view;
    if (unwritten.has(key) && each.isUnwritten !== true) return this.#refuse(key, 'held');
    const tags = table.internAll(record.tags);
    const isCovered =
      table.isBannedSince(draft.since, key, tags, draft.token) ||
      table.isExpiredSince(draft.since, key, tags);
    if (isCovered) return this.#refuse(key, 'invalidated');
    if (this.#holdsNewer(key, record.version)) return this.#refuse(key, 'older');
    return this.#isHeld({ key, tags: record.tags }) ? this.#refuse(key, 'held') : true;
  }

  #refuse(key: string, reason: RefusalReason): false {
    this.#parts.report('refused', () => ({ key, reason }));
    return false;
  }

  /** A version is compared where the value is kept, before the log is told that everything else is over. */
  async #putUnlessOlder({ key, packed, record }: Written): Promise<'put' | 'older' | 'not asked'> {
    const { far } = this.#parts;
    if (far === undefined || packed === undefined) return 'put';
    try {
      const budget = readBudget(this.#parts);
      return (await far.put(key, packed, lifetimeOf(record), budget)) ? 'put' : 'older';
    } catch {
      return 'not asked';
    }
  }

  #holdsNewer(key: string, version: number): boolean {
    if (version === 0) return false;
    const { memory } = this.#parts;
    const slot = memory.find(key);
    return slot !== -1 && memory.version(slot) > version;
  }

  /** Whether somebody is changing what the value may be made of, as far as known. */
  #isHeld({ key, tags }: Pick<WriteRequest, 'key' | 'tags'>): boolean {
    return this.#parts.view.holds.isHeld(key, tags, earliestServerNow(this.#parts));
  }

  /**
   * Like what is loaded meanwhile, the value may be from before the change, so it is not kept: if whoever makes
   * the change dies, nobody would remove it. What it would have replaced is over all the same.
   */
  async #refuseHeld(
    { key, version }: WriteRequest,
    options: InvalidateOptions,
  ): Promise<InvalidationResult> {
    if (version > 0 && (await this.#isOlder(key, version))) return this.#refuseOlder(key);
    this.#refuse(key, 'held');
    return this.#invalidator.invalidate({ bans: [{ kind: 'key', key }], keys: [key] }, options);
  }

  /** Whether the store has a larger version, as far as it answers. */
  async #isOlder(key: string, version: number): Promise<boolean> {
    const reading = this.#parts.far?.read(key, readBudget(this.#parts));
    const record = await reading?.catch(() => undefined);
    return record !== undefined && record.version > version;
  }

  #refuseOlder(key: string): InvalidationResult {
    this.#refuse(key, 'older');
    return { status: 'applied' };
  }

  #record(request: WriteRequest, { token, epoch, position }: Draft): StoredRecord {
    const { random, limits, codec } = this.#parts;
    const now = serverNow(this.#parts);
    const { maxTtlMs = limits.maxTtlMs, ...times } = request.policy;
    const lifetime = { ...times, maxTtlMs };
    return {
      token,
      codec: codec.id,
      epoch,
      position,
      createdAt: now,
      ...expiryOf(lifetime, now, random.fraction()),
      loadMs: 0,
      version: request.version,
      tags: request.tags,
      payload: encodeValue(codec, request.key, request.value),
    };
  }

  #hold({ key, record, sealed, draft }: Written): void {
    const { memory, view, report } = this.#parts;
    const { offsetMs, table } = view;
    const kept = memory.put({
      key,
      value: sealed,
      tags: table.internAll(record.tags),
      createdAt: record.createdAt - offsetMs,
      freshUntil: record.freshUntil - offsetMs,
      staleUntil: record.staleUntil - offsetMs,
      expiresAt: record.expiresAt - offsetMs,
      loadStartedAt: draft.startedAt,
      position: record.position,
      version: record.version,
      checkedSeq: table.seq,
      weight: weightOf(key, record.payload),
    });
    if (!kept) report('refused', () => ({ key, reason: 'too-large' }));
  }
}

/** How values take their place. */
interface ReplaceOptions {
  readonly options: InvalidateOptions;
  /** Ends the hold of their own mutation, which does not keep them from being kept. */
  readonly release?: ReleaseBan | undefined;
  /** The store has the value already. */
  readonly isStored?: boolean | undefined;
}

function lifetimeOf(record: StoredRecord): number {
  return Math.max(1, Math.ceil(record.expiresAt - record.createdAt));
}
