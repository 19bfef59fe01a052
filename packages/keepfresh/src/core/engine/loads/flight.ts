import type { Outcome } from '../reads/outcome.ts';

/** Told to a caller whose flight brought a value that was invalidated before the caller came: read again. */
export const readAgain: unique symbol = Symbol('read again');

/** What a flight brought, and which callers it is for. */
export interface Landing {
  readonly outcome: Outcome;
  readonly serves: (callerSeq: number) => boolean;
}

interface Caller {
  /** The newest local ban when the caller came. */
  readonly seq: number;
  /** Whether nothing but a new value will do. */
  readonly fresh: boolean;
  resolve(answer: Outcome | typeof readAgain): void;
  reject(error: unknown): void;
}

/**
 * The callers who wait for one load of one key. The load goes on while at least one of them stays, or while
 * it is a refresh that nobody waits for. When the last one leaves, its signal is aborted.
 */
export class Flight {
  readonly key: string;
  #background: boolean;
  /** The newest local ban when the load started; until then, when the flight did. */
  seq: number;
  /** When the load started, by the engine's elapsed clock; until then, when the flight did. */
  startedAt: number;
  /** When the latest load of its key began, of those that were kept while this one runs; by the same clock. */
  latestKept: number = Number.NEGATIVE_INFINITY;
  /** Made when somebody asks for the signal: what is answered by the shared store needs none. */
  #controller: AbortController | undefined;
  #endedBy: { readonly reason: unknown } | undefined;
  /** Most flights have one caller, and need no set of them. */
  #first: Caller | undefined;
  #others: Set<Caller> | undefined;
  readonly #onAbandoned: (flight: Flight) => void;
  readonly #onKept: ((flight: Flight, startedAt: number) => void) | undefined;

  constructor(options: {
    readonly key: string;
    readonly background: boolean;
    readonly seq: number;
    readonly startedAt: number;
    readonly onAbandoned: (flight: Flight) => void;
    /** What the load brought that began then is kept. */
    readonly onKept?: (flight: Flight, startedAt: number) => void;
  }) {
    this.key = options.key;
    this.#background = options.background;
    this.seq = options.seq;
    this.startedAt = options.startedAt;
    this.#onAbandoned = options.onAbandoned;
    this.#onKept = options.onKept;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#endedBy !== undefined) this.#controller.abort(this.#endedBy.reason);
    return this.#controller.signal;
  }

  /** Whether it goes on without callers. */
  get background(): boolean {
    return this.#background;
  }

  /** From now on it goes on without callers: somebody was given a stale value on account of it. */
  detach(): void {
    this.#background = true;
  }

  /** To be called in the block in which what it brought is kept. */
  kept(): void {
    this.#onKept?.(this, this.startedAt);
  }

  get callers(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  /**
   * Waits for the flight's answer. An aborted `signal` makes this caller leave, and nobody else. A `fresh` one
   * takes nothing in place of an error.
   */
  join(
    seq: number,
    signal: AbortSignal | undefined,
    fresh = false,
  ): Promise<Outcome | typeof readAgain> {
    return new Promise((resolve, reject) => {
      const caller: Caller = { seq, fresh, resolve, reject };
      this.#add(caller);
      if (signal !== undefined) this.#leaveOn(signal, caller);
    });
  }

  /** Waits as the one for whom it was launched: what it brings began after this caller came, and is never refused. */
  lead(signal: AbortSignal | undefined, fresh = false): Promise<Outcome> {
    return this.join(Number.NEGATIVE_INFINITY, signal, fresh) as Promise<Outcome>;
  }

  /** Answers every caller who was there when `serves` the value; tells the others to read again. */
  land(outcome: Outcome, serves: (callerSeq: number) => boolean): void {
    const others = this.#others;
    const first = this.#first;
    this.#empty();
    first?.resolve(serves(first.seq) ? outcome : readAgain);
    if (others === undefined) return;
    for (const caller of others) caller.resolve(serves(caller.seq) ? outcome : readAgain);
  }

  /**
   * Rejects every caller but those who take `instead`. Tells whether anybody did, or would have if anybody had
   * waited.
   */
  fail(error: unknown, instead?: Outcome): boolean {
    const callers = [this.#first, ...(this.#others ?? [])].filter((each) => each !== undefined);
    this.#empty();
    for (const { fresh, resolve, reject } of callers) {
      if (fresh || instead === undefined) reject(error);
      else resolve(instead);
    }
    return instead !== undefined && (callers.length === 0 || callers.some(({ fresh }) => !fresh));
  }

  /** Ends the flight for everybody: the cache closes. */
  cancel(reason: Error): void {
    this.fail(reason);
    this.#end(reason);
  }

  #add(caller: Caller): void {
    if (this.#first === undefined) this.#first = caller;
    else (this.#others ??= new Set()).add(caller);
  }

  /** Takes a caller out; false when it was answered before. */
  #take(caller: Caller): boolean {
    if (this.#first !== caller) return this.#others?.delete(caller) ?? false;
    this.#first = undefined;
    return true;
  }

  #empty(): void {
    this.#first = undefined;
    this.#others = undefined;
  }

  #end(reason: unknown): void {
    this.#endedBy ??= { reason };
    this.#controller?.abort(reason);
  }

  #leaveOn(signal: AbortSignal, caller: Caller): void {
    // An aborted signal fires no event any more.
    if (signal.aborted) return this.#leave(caller, signal.reason);
    const leave = (): void => this.#leave(caller, signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    const { resolve, reject } = caller;
    caller.resolve = (answer) => {
      signal.removeEventListener('abort', leave);
      resolve(answer);
    };
    caller.reject = (error) => {
      signal.removeEventListener('abort', leave);
      reject(error);
    };
  }

  #leave(caller: Caller, reason: unknown): void {
    if (!this.#take(caller)) return;
    caller.reject(reason);
    if (this.callers > 0 || this.#background) return;
    // Out of the map first: a caller who comes in this very moment must not join a dying flight.
    this.#onAbandoned(this);
    this.#end(reason);
  }
}
