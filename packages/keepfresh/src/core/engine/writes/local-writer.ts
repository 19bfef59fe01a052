import type { RefusalReason } from '../../events.ts';
import { expiryOf } from '../../policy/expiry.ts';
import { encodeValue } from '../store/encode-value.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { InvalidationResult } from '../invalidations/invalidator.ts';
import type { LocalLogView } from '../coherence/local-log-view.ts';
import { seal } from '../memory/sealed.ts';
import { weightOf } from '../memory/weight.ts';
import type { WriteRequest } from './written.ts';

/** What every write here answers. */
const applied: InvalidationResult = Object.freeze({ status: 'applied' });

/**
 * Sets values in a cache without a remote, as of now: `Writer` without what is made for others. The value takes its
 * place in one block, right behind the ban of what was there, so it needs no identity that spares it; no record is
 * made that nobody stores, and no promise that nothing has to be waited for.
 */
export class LocalWriter {
  readonly #parts: EngineParts;
  readonly #view: LocalLogView;

  constructor(parts: EngineParts, view: LocalLogView) {
    this.#parts = parts;
    this.#view = view;
  }

  /** Throws ENCODE_FAILED before anything was changed. */
  write(request: WriteRequest): InvalidationResult {
    const { key, value, tags, version } = request;
    const { clock, codec, sharing, unwritten, report } = this.#parts;
    const payload = encodeValue(codec, key, value);
    const sealed = seal(payload, codec, sharing);
    if (this.#holdsNewer(key, version)) return this.#refuse(key, 'older');
    // Like what is loaded meanwhile, it may be from before a change that is under way; what was there is over all the same.
    const isHeld = unwritten.has(key) || this.#view.holds.isHeld(key, tags, clock.now());
    this.#view.apply([{ kind: 'key', key }]);
    if (isHeld) this.#refuse(key, 'held');
    else this.#hold(request, sealed, weightOf(key, payload));
    report('invalidated', () => ({ targets: 1 }));
    return applied;
  }

  #hold({ key, tags, policy, version }: WriteRequest, sealed: unknown, weight: number): void {
    const { memory, clock, random, limits, report } = this.#parts;
    const { table, point } = this.#view;
    const now = clock.now();
    const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs, jitter } = policy;
    const { maxTtlMs = limits.maxTtlMs } = policy;
    const lifetime = { ttlMs, staleWhileRevalidateMs, staleIfErrorMs, jitter, maxTtlMs };
    const ends = expiryOf(lifetime, now, random.fraction());
    const kept = memory.put({
      key,
      value: sealed,
      tags: table.internAll(tags),
      createdAt: now,
      freshUntil: ends.freshUntil,
      staleUntil: ends.staleUntil,
      expiresAt: ends.expiresAt,
      // Of a load, of which there was none; and trust is never lost here.
      loadStartedAt: Number.NEGATIVE_INFINITY,
      position: point.position,
      version,
      checkedSeq: table.seq,
      weight,
    });
    if (!kept) report('refused', () => ({ key, reason: 'too-large' }));
    report('written', () => ({ key }));
  }

  #holdsNewer(key: string, version: number): boolean {
    if (version === 0) return false;
    const { memory } = this.#parts;
    const slot = memory.find(key);
    return slot !== -1 && memory.version(slot) > version;
  }

  #refuse(key: string, reason: RefusalReason): InvalidationResult {
    this.#parts.report('refused', () => ({ key, reason }));
    return applied;
  }
}
