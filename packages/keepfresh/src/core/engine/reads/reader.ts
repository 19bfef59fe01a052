import type { MissReason, RefreshCause } from '../../events.ts';
import { drawEarly } from '../../policy/early-refresh.ts';
import { type Budget, readBudget } from '../time/budget.ts';
import { checkCached } from './check-cached.ts';
import type { EngineParts } from '../engine-parts.ts';
import { FailingSources } from '../loads/failing-sources.ts';
import { type Fetched, type Fetcher, landingOf } from './fetcher.ts';
import { Filler } from '../loads/filler.ts';
import { Flight, type Landing, readAgain } from '../loads/flight.ts';
import { Flights } from '../loads/flights.ts';
import type { Judge } from '../judge.ts';
import type { Keeper } from '../memory/keeper.ts';
import { LeasedLoads } from '../loads/leased-loads.ts';
import type { LookUps } from './look-ups.ts';
import type { Outcome } from './outcome.ts';
import type { ReadRequest } from './read-request.ts';
import { RefreshAhead } from '../loads/refresh-ahead.ts';
import { replaceValue } from '../memory/replace-value.ts';
import { reveal } from '../memory/sealed.ts';
import { unlessSlow } from './unless-slow.ts';
import { isAccepted } from '../loads/value-check.ts';

/** A request with the moment at which the caller came. */
interface Caller extends Omit<ReadRequest, 'looked'> {
  /** The newest local ban then; where the process had to ask the log first, when it had the answer. */
  seq: number;
  readonly startedAt: number;
  looked?: NonNullable<ReadRequest['looked']>;
}

/** By how many milliseconds memory may have a value end earlier than the shared store. */
const roundingMs = 5;

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
  readonly #loads: LeasedLoads;
  readonly #lookUps: LookUps;
  readonly #failing: FailingSources;
  readonly #ahead: RefreshAhead<Caller>;
  readonly #flights = new Flights();
  readonly #abandoned = (flight: Flight): void => this.#flights.remove(flight);
  readonly #kept = (flight: Flight, startedAt: number): void =>
    this.#flights.kept(flight, startedAt);
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
    this.#failing = new FailingSources(parts, options);
    const filler = new Filler(parts, options.keeper, this.#failing.errors);
    this.#loads = new LeasedLoads(parts, { fetcher: options.fetcher, filler });
    this.#lookUps = options.lookUps;
    this.#ahead = new RefreshAhead(parts, {
      judge: options.judge,
      refresh: (caller, withinMs) => this.#refreshLater(caller, { cause: 'ahead', withinMs }),
    });
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
      if (answer.level === 'remote') this.#refreshIfDue(caller, answer);
      if (fits(answer, request)) return answer;
      const fitting = await this.#fit(answer, request);
      if (fitting !== undefined) return fitting;
    }
  }

  /**
   * Makes a value fit that a read without this schema loaded or took into memory. What does not fit is let go, so
   * that the next look finds the shared store or the source.
   */
  async #fit(answer: Outcome, { key, policy }: ReadRequest): Promise<Outcome | undefined> {
    const { sealed, level } = answer;
    const cached = { key, value: reveal(sealed), level, check: policy.check! };
    const opened = await checkCached(this.#parts, cached);
    const { memory } = this.#parts;
    const slot = memory.find(key);
    const isHeld = slot !== -1 && memory.value(slot) === sealed;
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
    const budget = readBudget(this.#parts);
    const takes = (): boolean => false;
    void this.#carryOut(flight, caller, this.#loads.fetch(caller, budget), (fetched) =>
      this.#loads.run(flight, { caller, budget, fetched, takes }),
    );
    const outcome = await answer;
    return fits(outcome, request) ? outcome : this.read(request);
  }

  /** Ends every load. */
  close(reason: Error): void {
    this.#closedBy = reason;
    this.#ahead.close();
    this.#flights.cancel(reason);
  }

  #arrive(request: ReadRequest): Caller {
    return { ...request, seq: this.#parts.view.table.seq, startedAt: this.#parts.elapsed.read() };
  }

  #readOnce(caller: Caller): Answer | Promise<Answer> {
    const budget = readBudget(this.#parts);
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
      this.#refreshIfDue(caller, found);
      return found;
    }
    const instead = this.#failing.stale(caller);
    if (instead !== undefined) return instead;
    if (this.#failing.error(caller)) return this.#unlessStored(confirmed, caller, budget);
    const answer = this.#joinOrLaunch(caller, budget, { confirmed, reason: found });
    const flight = this.#flights.newest(caller.key);
    if (caller.fresh || flight === undefined) return answer;
    return unlessSlow(this.#parts, { caller, answer, flight, lookUps: this.#lookUps });
  }

  /** What another process has stored meanwhile, or the error that stands in for another load. */
  async #unlessStored(confirmed: boolean, caller: Caller, budget: Budget): Promise<Answer> {
    const { key } = caller;
    const fetched = confirmed ? await this.#loads.fetch(caller, budget) : undefined;
    caller.signal?.throwIfAborted();
    if (fetched?.outcome?.stale === false) this.#failing.loaded(key);
    const answer = fetched?.outcome ?? this.#failing.stale(caller);
    if (answer !== undefined) return answer;
    const error = this.#failing.error(caller);
    if (error === undefined) return readAgain;
    this.#parts.report('miss', () => ({ key, reason: fetched?.reason ?? 'absent' }));
    throw error;
  }

  /** Refreshes a stale value now, and by chance one that ends soon; counts the use for a refresh ahead. */
  #refreshIfDue(caller: Caller, { stale, early }: Outcome): void {
    if (stale) return void this.#refreshLater(caller, { cause: 'stale', withinMs: 0 });
    if (early === undefined) return;
    this.#ahead.count(caller);
    if (caller.policy.earlyRefresh === 0) return;
    const withinMs = drawEarly(early.windowMs, this.#parts.random.fraction());
    if (early.leftMs <= withinMs) void this.#refreshLater(caller, { cause: 'early', withinMs });
  }

  #joinOrLaunch(
    caller: Caller,
    budget: Budget,
    options: { readonly confirmed: boolean; readonly reason: MissReason },
  ): Promise<Answer> {
    const { confirmed, reason } = options;
    const flying = this.#flights.newest(caller.key);
    if (flying !== undefined && confirmed && this.#mayJoin(flying, caller)) {
      return flying.join(caller.seq, caller.signal, caller.fresh);
    }
    this.#parts.report('miss', () => ({ key: caller.key, reason }));
    const flight = this.#launch(caller, false);
    const answer = flight.lead(caller.signal, caller.fresh);
    const fetching = confirmed ? this.#loads.fetch(caller, budget) : undefined;
    const takes = ({ outcome }: Fetched): boolean => confirmed && outcome?.stale === false;
    void this.#carryOut(flight, caller, fetching, (fetched) => {
      const landing = fetched && landingOf(this.#parts.view.table, caller.key, fetched);
      if (landing !== undefined) return landing;
      return this.#loads.run(flight, { caller, budget, fetched, takes });
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
      onAbandoned: this.#abandoned,
      onKept: this.#kept,
    });
    this.#flights.add(flight);
    return flight;
  }

  /**
   * Goes on with what was fetched, if anything was. Never rejects: what comes of it goes to the flight's callers. It
   * awaits only what is not there yet: one promise more would show in the cost of a read.
   */
  async #carryOut(
    flight: Flight,
    { policy }: Pick<Caller, 'policy'>,
    fetching: Promise<Fetched> | undefined,
    goOn: (fetched: Fetched | undefined) => Landing | Promise<Landing>,
  ): Promise<void> {
    try {
      const landing = goOn(fetching === undefined ? undefined : await fetching);
      const { outcome, serves } = landing instanceof Promise ? await landing : landing;
      this.#flights.remove(flight);
      if (!outcome.stale) this.#failing.loaded(flight.key);
      flight.land(outcome, serves);
    } catch (error) {
      this.#flights.remove(flight);
      // Everybody has gone: there is nobody to answer, and nothing failed.
      if (flight.signal.aborted) return;
      this.#failing.failed(flight, error, policy);
    }
  }

  /**
   * Starts a load that nobody waits for, unless one is under way or the source is left alone. Resolves when it has
   * ended. What the shared store has that is fresh for longer than `withinMs` will do.
   */
  async #refreshLater(
    caller: Caller,
    { cause, withinMs }: { readonly cause: RefreshCause; readonly withinMs: number },
  ): Promise<void> {
    const { key } = caller;
    if (this.#closedBy !== undefined || this.#flights.newest(key) !== undefined) return;
    if (this.#failing.isLeftAlone(caller)) return;
    const own = this.#arrive({ ...caller, signal: undefined });
    const flight = this.#launch(own, true);
    this.#parts.report('refresh.started', () => ({ key, cause }));
    const budget = readBudget(this.#parts);
    const takes = ({ outcome, leftMs = 0 }: Fetched): boolean =>
      outcome?.stale === false && leftMs > withinMs + roundingMs;
    await this.#carryOut(flight, own, this.#loads.fetch(own, budget), (fetched) => {
      if (fetched !== undefined && takes(fetched))
        return landingOf(this.#parts.view.table, key, fetched)!;
      return this.#loads.run(flight, { caller: own, budget, fetched, takes });
    });
  }
}
