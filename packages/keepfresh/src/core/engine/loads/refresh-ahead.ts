import { loadMsOf } from '../../policy/early-refresh.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { Judge } from '../judge.ts';
import type { ReadRequest } from '../reads/read-request.ts';

/** Most keys whose uses are counted; beyond them those that were filled longest ago are forgotten. */
const mostKeys = 10_000;

/** Uses of one value, from its fill to its end. */
interface Uses {
  /** Tells one fill of the key from the next. */
  readonly freshUntil: number;
  count: number;
  cancel?: Cancel;
}

type Parts = Pick<EngineParts, 'clock' | 'memory' | 'aheadGate' | 'report'>;

/**
 * Refreshes values that are used a lot shortly before they end, without a caller. A value that was used
 * `refreshAhead` times since it was filled is loaded anew when twice the time that its load took is left, or a tenth
 * of its life if that is more. Then its uses are counted from the start, so a value that nobody uses any more ends.
 */
export class RefreshAhead<Request extends Pick<ReadRequest, 'key' | 'policy'>> {
  readonly #parts: Parts;
  readonly #judge: Pick<Judge, 'isValid'>;
  /** Resolves when the refresh has ended; what is fresh for longer than `withinMs` is not loaded. */
  readonly #refresh: (request: Request, withinMs: number) => Promise<void>;
  readonly #uses = new Map<string, Uses>();
  readonly #closing = new AbortController();

  constructor(
    parts: Parts,
    options: {
      readonly judge: Pick<Judge, 'isValid'>;
      readonly refresh: (request: Request, withinMs: number) => Promise<void>;
    },
  ) {
    this.#parts = parts;
    this.#judge = options.judge;
    this.#refresh = options.refresh;
  }

  /** Counts a use of what memory holds under the key, if it is watched. */
  count(request: Request): void {
    const { key, policy } = request;
    const { memory } = this.#parts;
    const slot = memory.find(key);
    if (slot === -1 || policy.refreshAhead === 0 || !memory.isWatched(slot)) return;
    const uses = this.#usesOf(key, memory.freshUntil(slot));
    if (++uses.count < policy.refreshAhead) return;
    this.#plan(request, slot, uses);
  }

  close(): void {
    this.#closing.abort(new Error('the cache was closed'));
    for (const { cancel } of this.#uses.values()) cancel?.();
    this.#uses.clear();
  }

  #usesOf(key: string, freshUntil: number): Uses {
    const known = this.#uses.get(key);
    if (known?.freshUntil === freshUntil) return known;
    this.#forget(key);
    if (this.#uses.size >= mostKeys) this.#forget(this.#uses.keys().next().value!);
    const uses = { freshUntil, count: 0 };
    this.#uses.set(key, uses);
    return uses;
  }

  #forget(key: string): void {
    this.#uses.get(key)?.cancel?.();
    this.#uses.delete(key);
  }

  /** Enough uses: from now on they cost nothing more. */
  #plan(request: Request, slot: number, uses: Uses): void {
    const { memory, clock } = this.#parts;
    const { earlyRefresh } = request.policy;
    const loadMs = loadMsOf(memory.earlyMs(slot), earlyRefresh || 1);
    const lifeMs = uses.freshUntil - memory.createdAt(slot);
    const leadMs = Math.min(Math.max(2 * loadMs, lifeMs / 10), lifeMs / 2);
    memory.unwatch(slot, earlyRefresh === 0 ? 0 : memory.earlyMs(slot));
    const delayMs = Math.max(0, uses.freshUntil - leadMs - clock.now());
    uses.cancel?.();
    uses.cancel = clock.schedule(delayMs, () => void this.#run(request, uses, leadMs));
  }

  async #run(request: Request, uses: Uses, withinMs: number): Promise<void> {
    const { key } = request;
    const { aheadGate, report } = this.#parts;
    if (this.#uses.get(key) === uses) this.#uses.delete(key);
    if (!this.#isStillHeld(key, uses)) return;
    let endTurn: () => void;
    try {
      endTurn = await aheadGate.enter(this.#closing.signal);
    } catch {
      if (!this.#closing.signal.aborted) report('refresh.dropped', () => ({ key }));
      return;
    }
    try {
      const isDue = this.#isStillHeld(key, uses) && !this.#closing.signal.aborted;
      if (isDue) await this.#refresh(request, withinMs);
    } finally {
      endTurn();
    }
  }

  /** Whether the value whose uses were counted is there, and may be used. */
  #isStillHeld(key: string, { freshUntil }: Uses): boolean {
    const { memory } = this.#parts;
    const slot = memory.find(key);
    return slot !== -1 && memory.freshUntil(slot) === freshUntil && this.#judge.isValid(key, slot);
  }
}
