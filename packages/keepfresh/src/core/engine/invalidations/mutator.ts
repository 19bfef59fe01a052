import { CacheError, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HoldBan, KeyBan, PatternBan, ReleaseBan, TagBan } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Token } from '../../ports/record.ts';
import { Budget } from '../time/budget.ts';
import type { Change } from './change.ts';
import type { EngineLimits } from '../engine-parts.ts';
import type { InvalidateOptions, InvalidationResult, Invalidator } from './invalidator.ts';
import type { LogView } from '../coherence/log-view.ts';

export interface MutateRequest<T> {
  readonly covers: readonly (KeyBan | TagBan | PatternBan)[];
  /** What is invalidated before and after the function, where that is less than what is held. */
  readonly bans?: readonly (KeyBan | TagBan | PatternBan)[] | undefined;
  readonly keys: readonly string[];
  readonly timeoutMs: number;
  /** Whether the function must not run without a marker that survives this process. */
  readonly markerRequired: boolean;
  readonly run: (signal: AbortSignal) => Promise<T> | T;
  /** Told when the invalidation after the function could not be placed everywhere yet. */
  readonly onPending: ((error: unknown) => void) | undefined;
  /** Ends the hold of a function that succeeded, in place of the invalidation of all that it covers. */
  readonly settle?: ((result: T, release: ReleaseBan) => Promise<unknown>) | undefined;
}

/** The hold of a mutation that runs. */
interface Held {
  readonly request: Pick<MutateRequest<unknown>, 'covers' | 'bans' | 'keys'>;
  readonly token: Token;
  /** When it ends by itself, by the monotonic clock. */
  end: number;
  /** Under way where the hold is placed once more. */
  again?: Promise<void>;
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
  readonly #limits: Pick<EngineLimits, 'invalidateMs'>;
  readonly #running = new Set<Promise<unknown>>();
  /** The holds that the log has. */
  readonly #placed = new Set<Held>();
  /** How often the log has lost its history. */
  #losses = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly view: LogView;
    readonly invalidator: Invalidator;
    readonly limits: Pick<EngineLimits, 'invalidateMs'>;
  }) {
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#view = options.view;
    this.#invalidator = options.invalidator;
  }

  /** Settles as the function does. */
  async mutate<T>(request: MutateRequest<T>): Promise<T> {
    const running = this.#mutate(request);
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  /** Resolves when no mutation is under way: each has told that its function has ended, or that it cannot. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /**
   * The log has lost its history, and what it held. The holds of mutations that run are placed again, with all that they
   * invalidate: something may have been kept meanwhile.
   */
  placeAgain(): void {
    this.#losses++;
    for (const held of this.#placed) held.again = this.#placeAgain(held);
  }

  async #mutate<T>(request: MutateRequest<T>): Promise<T> {
    const held: Held = { request, token: this.#random.hex(16), end: Number.NEGATIVE_INFINITY };
    await this.#hold(request, held);
    const deadline = new AbortController();
    const abort = (): void => {
      const message = `the mutation took longer than ${request.timeoutMs} ms`;
      deadline.abort(new CacheError('LOAD_TIMEOUT', message));
    };
    // It is the function that is waited for: where that hangs, the process may end all the same.
    const cancel = this.#clock.schedule(request.timeoutMs, abort);
    const { settle } = request;
    let settling: ((release: ReleaseBan) => Promise<unknown>) | undefined;
    try {
      const result = await request.run(deadline.signal);
      settling = settle && ((release) => settle(result, release));
      return result;
    } finally {
      cancel();
      await this.#release(request, held, settling);
    }
  }

  /** Invalidates, and lets nothing be kept that `held` covers for so long: nobody releases the hold. */
  async settle(
    change: Change,
    held: { readonly covers: HoldBan['covers']; readonly ms: number },
    options: InvalidateOptions,
  ): Promise<InvalidationResult> {
    const holding = (): Promise<InvalidationResult> => {
      const hold = this.#holdOf(held.covers, held.ms, this.#random.hex(16));
      return this.#invalidator.invalidate({ ...change, bans: [hold, ...change.bans] }, options);
    };
    if (this.#knowsServerTime) return holding();
    // In force at the call; until when it holds can be said when the log has answered. What is pending afterwards is
    // pending with the hold, too.
    await this.#invalidator.invalidate(change, options).catch(() => {});
    return holding();
  }

  /** A hold of `ms` from now, at least. */
  #holdOf(covers: HoldBan['covers'], ms: number, token: Token): HoldBan {
    const { offsetMs, offsetErrorMs } = this.#view;
    const error = this.#knowsServerTime ? offsetErrorMs : 0;
    const until = this.#clock.now() + offsetMs + error + ms;
    return { kind: 'hold', token, until, covers };
  }

  get #knowsServerTime(): boolean {
    return Number.isFinite(this.#view.offsetErrorMs);
  }

  async #hold<T>(request: MutateRequest<T>, held: Held): Promise<void> {
    try {
      await this.#learnServerTime();
      const losses = this.#losses;
      // The function's time begins when the hold is placed.
      held.end = this.#clock.monotonic() + request.timeoutMs + this.#limits.invalidateMs;
      await this.#invalidator.invalidate(this.#changeOf(held));
      this.#placed.add(held);
      if (losses !== this.#losses) held.again = this.#placeAgain(held);
    } catch (cause) {
      if (!request.markerRequired) return;
      await this.#release(request, held);
      const message = `the mutation did not run, as its marker was not placed: ${messageOf(cause)}`;
      throw new CacheError('MARKER_FAILED', message, { cause });
    }
  }

  #changeOf({ request: { covers, bans = covers, keys }, token, end }: Held): Change {
    const hold = this.#holdOf(covers, end - this.#clock.monotonic(), token);
    return { bans: [hold, ...bans], keys };
  }

  /** What cannot be placed now is tried again by the journal, for as long as the mutation runs. Never rejects. */
  async #placeAgain(held: Held): Promise<void> {
    this.#placed.delete(held);
    // The beat that tells of the loss tells the time of the log as well.
    await Promise.resolve();
    if (held.end <= this.#clock.monotonic()) return;
    try {
      const { status } = await this.#invalidator.invalidate(this.#changeOf(held), { queue: true });
      if (status === 'applied') this.#placed.add(held);
    } catch {
      // Closed: nobody places anything any more.
    }
  }

  /** Until when a hold lasts is told by the log server's clock: it has to have been heard once. */
  async #learnServerTime(): Promise<void> {
    if (this.#knowsServerTime) return;
    await this.#view.confirm(new Budget(this.#clock, this.#limits.invalidateMs));
    if (this.#knowsServerTime) return;
    throw new CacheError('REMOTE_UNAVAILABLE', 'the log has not answered yet');
  }

  async #release<T>(
    request: MutateRequest<T>,
    held: Held,
    settle?: (release: ReleaseBan) => Promise<unknown>,
  ): Promise<void> {
    if (held.again !== undefined) await held.again;
    this.#placed.delete(held);
    const release = { kind: 'release', token: held.token } as const;
    const { covers, bans = covers, keys } = request;
    try {
      if (settle !== undefined) await settle(release);
      else await this.#invalidator.invalidate({ bans: [...bans, release], keys });
    } catch (error) {
      // The journal has it; what the function did is what the caller must hear of.
      request.onPending?.(error);
    }
  }
}
