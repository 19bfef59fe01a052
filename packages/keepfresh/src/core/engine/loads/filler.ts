import type { Cancel } from '../../ports/clock.ts';
import type { StoredRecord, Token } from '../../ports/record.ts';
import type { LoadFailure } from '../../ports/store.ts';
import { checkedLoader } from './value-check.ts';
import { packRecord } from '../store/pack-record.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { EntryPolicy } from '../entry-policy.ts';
import type { Loader } from './loader.ts';
import type { Flight, Landing } from './flight.ts';
import type { Keeper, Kept, LoadStart } from '../memory/keeper.ts';
import { conditionalLoader, type LoadResult, runLoad } from './load.ts';
import { failureOf } from './load-failure.ts';
import { PreviousValue } from './previous-value.ts';
import type { RememberedErrors } from './remembered-errors.ts';
import { earliestServerNow } from '../coherence/server-now.ts';

export interface FillRequest {
  readonly key: string;
  readonly loader: Loader;
  readonly policy: EntryPolicy;
  /** Put before each tag: the namespace's. */
  readonly tagPrefix: string;
  /** The right to fill the shared store, granted before; without it only memory is filled. */
  readonly token: Token | undefined;
  /** What the shared store had. */
  readonly before: StoredRecord | undefined;
}

/** Runs a flight's load and stores what it brings. */
export class Filler {
  readonly #parts: EngineParts;
  readonly #keeper: Keeper;
  readonly #errors: Pick<RememberedErrors, 'remember'>;

  constructor(parts: EngineParts, keeper: Keeper, errors: Pick<RememberedErrors, 'remember'>) {
    this.#parts = parts;
    this.#keeper = keeper;
    this.#errors = errors;
  }

  async fill(flight: Flight, request: FillRequest): Promise<Landing> {
    const stopRenewing = this.#renewLease(request);
    try {
      return await this.#loadAndKeep(flight, request);
    } catch (error) {
      this.#release(request, flight.signal.aborted ? undefined : failureOf(error));
      throw error;
    } finally {
      stopRenewing();
    }
  }

  async #loadAndKeep(flight: Flight, request: FillRequest): Promise<Landing> {
    const { key, policy, token } = request;
    let start: LoadStart = this.#loadStart();
    const onStart = (): void => {
      start = this.#loadStart();
      flight.seq = start.seq;
      flight.startedAt = start.startedAt;
    };
    const previous = new PreviousValue(this.#parts, key, request.before);
    const { gate, clock, view } = this.#parts;
    const own = conditionalLoader(request.loader);
    const loader = checkedLoader(key, own, policy.check, this.#parts.codec);
    const onFailure = (error: unknown, tags: readonly string[]): void =>
      this.#rememberError(request, { error, tags, start });
    const load = { ...request, loader, signal: flight.signal, previous, onStart, onFailure };
    const result = await runLoad(load, gate, clock);
    const isOvertaken = flight.latestKept > start.startedAt;
    const loaded = isOvertaken ? { ...result, skipped: true } : result;
    const kept = this.#keeper.keepLoaded(key, loaded, start, policy, token);
    if (kept.record !== undefined) flight.kept();
    this.#store(request, kept, result);
    const { tags } = kept;
    return {
      outcome: { sealed: kept.sealed, level: 'load', stale: false, schema: policy.check?.schema },
      serves: (seq) => seq <= start.seq || !view.table.isCoveredSince(start.seq, key, tags),
    };
  }

  /** With the tags of the value from before as well, so that their invalidation ends it. */
  #rememberError(
    { key, policy, before }: FillRequest,
    failed: {
      readonly error: unknown;
      readonly tags: readonly string[];
      readonly start: LoadStart;
    },
  ): void {
    if (policy.errorTtlMs === 0) return;
    const { error, start } = failed;
    const { memory, view } = this.#parts;
    const names = [...failed.tags, ...(before?.tags ?? [])];
    if (this.#keeper.wasHeld(key, names, start)) return;
    const slot = memory.find(key);
    const held = slot === -1 ? [] : memory.tags(slot);
    const tags = [...view.table.internAll(names), ...held];
    const { seq, startedAt } = start;
    this.#errors.remember(key, { error, tags, seq, startedAt, forMs: policy.errorTtlMs });
  }

  /** In the block in which it was checked what has covered the value so far. */
  #store(request: FillRequest, kept: Kept, result: LoadResult): void {
    const { key, token } = request;
    const { record, tags } = kept;
    const { far, audit, view } = this.#parts;
    const { seq } = view.table;
    const stored = record !== undefined;
    this.#parts.report('loaded', () => ({ key, ms: result.tookMs, stored }));
    if (token === undefined) return;
    if (record === undefined) return this.#release(request, undefined);
    const same = sameValue(request, result);
    let packed: StoredRecord;
    try {
      packed =
        same === undefined ? packRecord(this.#parts.codec, key, record) : { ...record, ...same };
    } catch (error) {
      this.#parts.report('refused', () => ({ key, reason: 'encode', error }));
      return this.#release(request, undefined);
    }
    const lifetimeMs = record.expiresAt - record.createdAt;
    const filled =
      same === undefined
        ? far?.fill(key, packed, lifetimeMs)
        : far?.confirm(key, packed, lifetimeMs, request.before!.token);
    void filled?.then(() => audit?.add({ key, token, seq, tags }));
  }

  #loadStart(): LoadStart {
    const { view, elapsed } = this.#parts;
    return {
      point: view.point,
      seq: view.table.seq,
      startedAt: elapsed.read(),
      serverNow: earliestServerNow(this.#parts),
    };
  }

  #release(request: FillRequest, failure: LoadFailure | undefined): void {
    if (request.token !== undefined) {
      void this.#parts.far?.release(request.key, request.token, failure);
    }
  }

  /**
   * Renews the lease at each third of its time while the load runs, until the store says it is lost. No answer
   * says nothing: the next attempt may come in time, and what has run out is still ours if nobody took it.
   */
  #renewLease(request: FillRequest): Cancel {
    const { far, clock, limits } = this.#parts;
    const { token } = request;
    if (far === undefined || token === undefined) return () => {};
    let cancel: Cancel = () => {};
    let ended = false;
    const next = (): void => {
      cancel = clock.schedule(limits.leaseMs / 3, () => {
        void far.renew(request.key, token, limits.leaseMs).then((held) => {
          if (held !== false && !ended) next();
        });
      });
    };
    next();
    return () => {
      ended = true;
      cancel();
    };
  }
}

/**
 * What stays of the record that was there, when its loader confirmed its value: all that follows the header, packed as
 * it was. Undefined when anything of that differs.
 */
function sameValue(
  { before, policy }: FillRequest,
  { confirmed, tags }: LoadResult,
): Pick<StoredRecord, 'codec' | 'tags' | 'payload'> | undefined {
  if (before === undefined || confirmed?.opened === undefined) return undefined;
  const isChecked = policy.check !== undefined;
  const { codec, payload } = before;
  const hasSameTags =
    tags.length === before.tags.length && tags.every((tag) => before.tags.includes(tag));
  return isChecked || !hasSameTags ? undefined : { codec, tags: before.tags, payload };
}
