import { backOff } from '../../policy/back-off.ts';
import { BoundedMap } from '../../policy/bounded-map.ts';
import type { TagState } from '../../ports/memory.ts';
import type { EngineParts } from '../engine-parts.ts';

/** Most keys of which failures are remembered; beyond them those that failed longest ago are forgotten. */
const mostKeys = 10_000;

interface Pause {
  readonly failures: number;
  /** By the monotonic clock. */
  readonly until: number;
  /** The newest local ban when the load that failed last began. */
  readonly seq: number;
}

/**
 * Keeps a source that fails from being asked again and again while there is a stale value to serve: the pause grows
 * with each failure in a row. A key that was invalidated or expired since the failed load began is not paused: nobody
 * has tried to load what is there now.
 */
export class RefreshPauses {
  readonly #parts: Pick<EngineParts, 'clock' | 'random' | 'view'>;
  readonly #pauses = new BoundedMap<string, Pause>(mostKeys);

  constructor(parts: Pick<EngineParts, 'clock' | 'random' | 'view'>) {
    this.#parts = parts;
  }

  /** Notes a failure, and tells how long the pause is, in milliseconds. */
  failed(
    key: string,
    { seq, firstMs }: { readonly seq: number; readonly firstMs: number },
  ): number {
    const { clock, random } = this.#parts;
    if (firstMs === 0) return 0;
    const failures = (this.#pauses.get(key)?.failures ?? 0) + 1;
    const ms = backOff(failures, firstMs, random.fraction());
    this.#pauses.set(key, { failures, until: clock.monotonic() + ms, seq });
    return ms;
  }

  /** The source has answered. */
  loaded(key: string): void {
    if (this.#pauses.size > 0) this.#pauses.delete(key);
  }

  /** Whether a value with these tags is not to be loaded now. */
  isPaused(key: string, tags: readonly TagState[]): boolean {
    if (this.#pauses.size === 0) return false;
    const pause = this.#pauses.get(key);
    if (pause === undefined || this.#parts.clock.monotonic() >= pause.until) return false;
    return !this.#parts.view.table.isCoveredSince(pause.seq, key, tags);
  }
}
