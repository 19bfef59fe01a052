import { CacheError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { HoldBan, KeyBan, PatternBan, TagBan } from '../ports/log.ts';
import type { Random } from '../ports/random.ts';
import type { Change } from './change.ts';
import type { Invalidator } from './invalidator.ts';
import type { LogView } from './log-view.ts';

export interface MutateRequest<T> {
  readonly covers: readonly (KeyBan | TagBan | PatternBan)[];
  readonly keys: readonly string[];
  readonly timeoutMs: number;
  /** Whether the function must not run without a marker that survives this process. */
  readonly markerRequired: boolean;
  readonly run: (signal: AbortSignal) => Promise<T> | T;
  /** Told when the invalidation after the function could not be placed everywhere yet. */
  readonly onPending: ((error: unknown) => void) | undefined;
}

/**
 * Runs a function that changes the source, and invalidates what depends on it, whatever happens in between.
 *
 * Before the function a *hold* is placed: it invalidates what is cached and keeps loads from storing what they
 * read meanwhile. So when this process dies after the function's commit, nothing old is cached and nothing old
 * will be; the hold ends by itself. (The remote marker of "Scaling Memcache at Facebook", NSDI 2013, section 5.)
 * A hold is known by its token: an invalidation or another mutation of the same key does not end it.
 */
export class Mutator {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #view: LogView;
  readonly #invalidator: Invalidator;

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly view: LogView;
    readonly invalidator: Invalidator;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#view = options.view;
    this.#invalidator = options.invalidator;
  }

  /** Settles as the function does. */
  async mutate<T>(request: MutateRequest<T>): Promise<T> {
    const token = this.#random.hex(16);
    await this.#hold(request, token);
    const deadline = new AbortController();
    const cancel = this.#clock.schedule(request.timeoutMs, () => {
      const message = `the mutation took longer than ${request.timeoutMs} ms`;
      deadline.abort(new CacheError('LOAD_TIMEOUT', message));
    });
    try {
      return await request.run(deadline.signal);
    } finally {
      cancel();
      await this.#release(request, token);
    }
  }

  /** A hold of `ms` from now, with a token of its own. */
  hold(covers: HoldBan['covers'], ms: number): HoldBan {
    const until = this.#clock.now() + this.#view.offsetMs + ms;
    return { kind: 'hold', token: this.#random.hex(16), until, covers };
  }

  async #hold<T>(request: MutateRequest<T>, token: string): Promise<void> {
    const hold = { ...this.hold(request.covers, request.timeoutMs), token };
    const change: Change = { bans: [hold, ...request.covers], keys: request.keys };
    try {
      await this.#invalidator.invalidate(change);
    } catch (cause) {
      if (!request.markerRequired) return;
      await this.#release(request, token);
      throw new CacheError('MARKER_FAILED', 'the mutation did not run: its marker was not placed', {
        cause,
      });
    }
  }

  async #release<T>(request: MutateRequest<T>, token: string): Promise<void> {
    const bans = [...request.covers, { kind: 'release', token }] as const;
    try {
      await this.#invalidator.invalidate({ bans, keys: request.keys });
    } catch (error) {
      // The journal has it; what the function did is what the caller must hear of.
      request.onPending?.(error);
    }
  }
}
