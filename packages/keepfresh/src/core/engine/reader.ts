import type { MissReason } from '../events.ts';
import type { Token } from '../ports/record.ts';
import { Budget } from './budget.ts';
import { checkCached } from './check-cached.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Fetcher, Fetched } from './fetcher.ts';
import { Filler, type Landing } from './filler.ts';
import { Flight, readAgain } from './flight.ts';
import type { Judge } from './judge.ts';
import type { Keeper } from './keeper.ts';
import { type LeaseResult, obtainLease } from './lease.ts';
import type { LookUps } from './look-ups.ts';
import type { Outcome } from './outcome.ts';
import type { ReadRequest } from './read-request.ts';
import { replaceValue } from './replace-value.ts';
import { reveal, withoutPromise } from './sealed.ts';
import { isAccepted } from './value-check.ts';

/** A request with the moment at which the caller came. */
interface Caller extends Omit<ReadRequest, 'looked'> {
  /** The newest local ban then; where the process had to ask the log first, when it had the answer. */
  seq: number;
  readonly startedAt: number;
  looked?: NonNullable<ReadRequest['looked']>;
}

/** What one attempt to read brought. */
type Answer = Outcome | typeof readAgain;

/** Whether a value is known to be what the request's schema wants. */
function fits({ sealed, schema }: Outcome, { policy: { check } }: ReadRequest): boolean {
  if (check === undefined || schema === check.schema) return true;
  return isAccepted(sealed, check.schema);
}

/** Answers reads from memory, from the shared store, or by one load for all who ask for a key. */
export class Reader {
  readonly #parts: EngineParts;
  readonly #judge: Judge;
  readonly #filler: Filler;
  readonly #fetcher: Fetcher | undefined;
  readonly #lookUps: LookUps;
  readonly #flights = new Map<string, Flight>();
  #closedBy: Error | undefined;

  constructor(
    parts: EngineParts,
    options: {
      readonly judge: Judge;
      readonly keeper: Keeper;
      readonly fetcher: Fetcher | undefined;
      readonly lookUps: LookUps;
    },
  ) {
    this.#parts = parts;
    this.#judge = options.judge;
    this.#filler = new Filler(parts, options.keeper);
    this.#fetcher = options.fetcher;
    this.#lookUps = options.lookUps;
  }

  /** How many loads are under way. */
  get flights(): number {
    return this.#flights.size;
  }

  /** Reads through: the value, from wherever it is, or from the loader. */
  async read(request: ReadRequest): Promise<Outcome> {
    const caller = this.#arrive(request);
    for (;;) {
      request.signal?.throwIfAborted();
      const answer = await this.#readOnce(caller);
      if (answer === readAgain) continue;
      // What memory holds is refreshed where it was found; what makes up for a failed load is not.
      if (answer.stale && answer.level === 'remote') this.#refreshLater(caller);
      if (fits(answer, request)) return answer;
      const fitting = await this.#fit(answer, request);
      if (fitting !== undefined) return fitting;
    }
  }

  /**
   * What somebody without this schema took into memory, or loaded, in a form that fits. What does not fit is let
   * go, so that the next look finds the shared store or the source.
   */
  async #fit(answer: Outcome, { key, policy }: ReadRequest): Promise<Outcome | undefined> {
    const { sealed, level } = answer;
    const cached = { key, value: reveal(sealed), level, check: policy.check! };
    const opened = await checkCached(this.#parts, cached);
    const { memory } = this.#parts;
    const slot = memory.find(key);
    const isHeld = slot !== -1 && withoutPromise(memory.value(slot)) === withoutPromise(sealed);
    if (isHeld && opened !== undefined) replaceValue(memory, key, slot, opened);
    if (isHeld && opened === undefined) memory.remove(slot);
    return opened && { ...answer, sealed: opened.sealed };
  }

  /** Loads, whatever is cached, and answers with the new value. */
  async refresh(request: ReadRequest): Promise<Outcome> {
    request.signal?.throwIfAborted();
    const caller = this.#arrive(request);
    const flight = this.#launch(caller, false);
    const answer = flight.lead(caller.signal, caller.fresh);
    const budget = this.#budget();
    void this.#carryOut(flight, this.#fetch(caller, budget), (fetched) =>
      this.#leaseAndLoad(flight, caller, budget, { seen: fetched?.token, confirmed: false }),
    );
    const outcome = await answer;
    return fits(outcome, request) ? outcome : this.read(request);
  }

  /** Ends every load. */
  close(reason: Error): void {
    this.#closedBy = reason;
    for (const flight of this.#flights.values()) flight.cancel(reason);
    this.#flights.clear();
  }

  #arrive(request: ReadRequest): Caller {
    return { ...request, seq: this.#parts.view.table.seq, startedAt: this.#parts.elapsed.read() };
  }

  #budget(): Budget {
    return new Budget(this.#parts.clock, this.#parts.limits.budgetMs);
  }

  #readOnce(caller: Caller): Answer | Promise<Answer> {
    const budget = this.#budget();
    const asks = caller.fresh || !this.#judge.isTrusted();
    return asks ? this.#askAndRead(caller, budget) : this.#readAs(true, caller, budget);
  }

  async #askAndRead(caller: Caller, budget: Budget): Promise<Answer> {
    const confirmed = await this.#lookUps.confirm(caller.fresh, budget);
    // What was in force before the call, and only heard of now, counts for this caller.
    caller.seq = this.#parts.view.table.seq;
    return this.#readAs(confirmed, caller, budget);
  }

  #readAs(confirmed: boolean, caller: Caller, budget: Budget): Answer | Promise<Answer> {
    const found = confirmed ? this.#lookUps.inMemory(caller.key, caller.startedAt) : 'untrusted';
    if (typeof found !== 'string') {
      if (found.stale) this.#refreshLater(caller);
      return found;
    }
    return this.#joinOrLaunch(caller, budget, { confirmed, reason: found });
  }

  #joinOrLaunch(
    caller: Caller,
    budget: Budget,
    options: { readonly confirmed: boolean; readonly reason: MissReason },
  ): Promise<Answer> {
    const { confirmed, reason } = options;
    const flying = this.#flights.get(caller.key);
    if (flying !== undefined && confirmed && this.#mayJoin(flying, caller)) {
      return flying.join(caller.seq, caller.signal, caller.fresh);
    }
    this.#parts.report('miss', () => ({ key: caller.key, reason }));
    const flight = this.#launch(caller, false);
    const answer = flight.lead(caller.signal, caller.fresh);
    const fetching = confirmed ? this.#fetch(caller, budget) : undefined;
    void this.#carryOut(flight, fetching, (fetched) => {
      if (fetched?.landing !== undefined) return fetched.landing;
      return this.#leaseAndLoad(flight, caller, budget, { seen: fetched?.token, confirmed });
    });
    return answer;
  }

  /**
   * Whether the flight's load is one this caller may wait for: nothing known covers the key since it began
   * (its tags are known at its end, and judged then), and what was not heard of cannot be older than H.
   */
  #mayJoin(flight: Flight, caller: Caller): boolean {
    if (caller.fresh) return flight.startedAt >= caller.startedAt;
    if (this.#parts.view.table.isCoveredSince(flight.seq, caller.key, [])) return false;
    return this.#judge.isTrusted() || this.#judge.sawStart(flight.startedAt, caller.startedAt);
  }

  /** Throws once the cache is closed: whoever was waiting for the log meanwhile gets no load. */
  #launch(caller: Caller, background: boolean): Flight {
    if (this.#closedBy !== undefined) throw this.#closedBy;
    const { view, elapsed } = this.#parts;
    const flight = new Flight({
      key: caller.key,
      background,
      seq: view.table.seq,
      startedAt: elapsed.read(),
      onAbandoned: (abandoned) => this.#remove(abandoned),
    });
    this.#flights.set(caller.key, flight);
    return flight;
  }

  #remove(flight: Flight): void {
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
  }

  /**
   * Goes on with what was fetched, if anything was. Never rejects: what comes of it goes to the flight's
   * callers. It awaits nothing that is there: each promise more would show in the cost of a read.
   */
  async #carryOut(
    flight: Flight,
    fetching: Promise<Fetched> | undefined,
    goOn: (fetched: Fetched | undefined) => Landing | Promise<Landing>,
  ): Promise<void> {
    try {
      const landing = goOn(fetching === undefined ? undefined : await fetching);
      const { outcome, serves } = landing instanceof Promise ? await landing : landing;
      this.#remove(flight);
      flight.land(outcome, serves);
    } catch (error) {
      this.#remove(flight);
      // Everybody has gone: there is nobody to answer, and nothing failed.
      if (flight.signal.aborted) return;
      const served = flight.fail(error, this.#lookUps.insteadOfError(flight.key));
      this.#parts.report('load.failed', () => ({ key: flight.key, error, served }));
    }
  }

  /** Starts a load that nobody waits for, unless one is under way. */
  #refreshLater(caller: Caller): void {
    if (this.#flights.has(caller.key)) return;
    const own = this.#arrive({ ...caller, signal: undefined });
    const flight = this.#launch(own, true);
    const budget = this.#budget();
    void this.#carryOut(flight, this.#fetch(own, budget), (fetched) => {
      if (fetched?.landing?.outcome.stale === false) return fetched.landing;
      return this.#leaseAndLoad(flight, own, budget, { seen: fetched?.token, confirmed: true });
    });
  }

  /** What a look at several keys has found is not asked for again; the lease tells what has come since. */
  #fetch(caller: Caller, budget: Budget): Promise<Fetched> | undefined {
    if (this.#fetcher?.usable !== true) return undefined;
    const { key, policy, looked } = caller;
    if (looked !== undefined) {
      delete caller.looked;
      return Promise.resolve({ reason: 'absent', ...looked });
    }
    return this.#fetcher.fetch(key, budget, policy.check);
  }

  async #leaseAndLoad(
    flight: Flight,
    caller: Caller,
    budget: Budget,
    options: { readonly seen: Token | undefined; readonly confirmed: boolean },
  ): Promise<Landing> {
    const { key, loader, policy, tagPrefix } = caller;
    let usable: Landing | undefined;
    const lease = await this.#lease(flight, budget, options.seen, async (record) => {
      const fetched = await this.#fetcher!.admit(key, record, budget, policy.check);
      if (options.confirmed && fetched.landing?.outcome.stale === false) usable = fetched.landing;
      return usable !== undefined;
    });
    if (usable !== undefined) return usable;
    const token = lease.kind === 'granted' ? lease.token : undefined;
    return this.#filler.fill(flight, { key, loader, policy, tagPrefix, token });
  }

  async #lease(
    flight: Flight,
    budget: Budget,
    seen: Token | undefined,
    isUsable: (record: Parameters<Fetcher['admit']>[1]) => Promise<boolean>,
  ): Promise<LeaseResult> {
    const { far, wakes, clock, random, limits } = this.#parts;
    if (far === undefined || wakes === undefined || this.#fetcher?.usable !== true) {
      return { kind: 'none' };
    }
    const quest = { key: flight.key, seen, budget, signal: flight.signal, isUsable };
    return obtainLease(quest, { far, wakes, clock, random, ...limits });
  }
}
