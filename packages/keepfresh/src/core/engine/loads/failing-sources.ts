import type { CacheError } from '../../errors.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { EntryPolicy } from '../entry-policy.ts';
import type { Flight } from './flight.ts';
import type { Judge } from '../judge.ts';
import type { LookUps } from '../reads/look-ups.ts';
import type { Outcome } from '../reads/outcome.ts';
import type { ReadRequest } from '../reads/read-request.ts';
import { RefreshPauses } from './refresh-pauses.ts';
import { RememberedErrors } from './remembered-errors.ts';

/** Who asks for a value, and since when, by the engine's elapsed clock. */
type Asking = Pick<ReadRequest, 'key' | 'policy' | 'fresh'> & { readonly startedAt: number };

/** What a read gets in place of another load when the source failed a moment ago: a stale value, or the error. */
export class FailingSources {
  readonly errors: RememberedErrors;
  readonly #parts: EngineParts;
  readonly #lookUps: Pick<LookUps, 'insteadOfError'>;
  readonly #pauses: RefreshPauses;

  constructor(
    parts: EngineParts,
    options: { readonly judge: Judge; readonly lookUps: Pick<LookUps, 'insteadOfError'> },
  ) {
    this.#parts = parts;
    this.#lookUps = options.lookUps;
    this.#pauses = new RefreshPauses(parts);
    this.errors = new RememberedErrors(parts, options.judge);
  }

  /**
   * Whether the source is not asked now for a refresh that nobody waits for, even if its reader wanted a fresh value.
   */
  isLeftAlone(asking: Asking): boolean {
    return (
      this.#isPaused(asking.key) || this.errors.find({ ...asking, fresh: false }) !== undefined
    );
  }

  /** The stale value, where there is one and the source is left alone. */
  stale(asking: Asking): Outcome | undefined {
    if (asking.fresh || !this.isLeftAlone(asking)) return undefined;
    return this.#lookUps.insteadOfError(asking.key);
  }

  /** The error, where it is remembered and has been asked for. */
  error(asking: Asking): CacheError | undefined {
    return this.errors.find(asking);
  }

  /** The source has answered. */
  loaded(key: string): void {
    this.#pauses.loaded(key);
    this.errors.loaded(key);
  }

  /** Answers those who waited for a load that failed. */
  failed(flight: Flight, error: unknown, { retryAfterMs }: EntryPolicy): void {
    const { key, seq, background } = flight;
    const instead = this.#lookUps.insteadOfError(key);
    const served = flight.fail(error, instead);
    const mayPause = background || instead !== undefined;
    const pauseMs = mayPause ? this.#pauses.failed(key, { seq, firstMs: retryAfterMs }) : 0;
    this.#parts.report('load.failed', () => ({ key, error, served, pauseMs }));
  }

  #isPaused(key: string): boolean {
    const { memory } = this.#parts;
    const slot = memory.find(key);
    return this.#pauses.isPaused(key, slot === -1 ? [] : memory.tags(slot));
  }
}
