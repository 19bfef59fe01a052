import type { Budget } from '../time/budget.ts';
import type { EngineParts } from '../engine-parts.ts';
import { type Fetched, type Fetcher, landingOf } from '../reads/fetcher.ts';
import type { Filler } from './filler.ts';
import type { Flight, Landing } from './flight.ts';
import { type LeaseResult, obtainLease } from '../store/lease.ts';
import type { ReadRequest } from '../reads/read-request.ts';

/** What a load is to bring. */
export interface LeasedLoadRequest {
  readonly caller: Omit<ReadRequest, 'looked'>;
  readonly budget: Budget;
  /** What the shared store had. */
  readonly fetched: Fetched | undefined;
  /** Whether a value that somebody else has stored meanwhile will do. */
  readonly takes: (fetched: Fetched) => boolean;
}

/** Loads with the right to fill the shared store, or takes what whoever has that right stored. */
export class LeasedLoads {
  readonly #parts: EngineParts;
  readonly #fetcher: Fetcher | undefined;
  readonly #filler: Filler;

  constructor(
    parts: EngineParts,
    options: { readonly fetcher: Fetcher | undefined; readonly filler: Filler },
  ) {
    this.#parts = parts;
    this.#fetcher = options.fetcher;
    this.#filler = options.filler;
  }

  /** Asks the shared store, if it can be asked. What a look at several keys has found is not asked for again. */
  fetch(
    caller: Pick<ReadRequest, 'key' | 'policy'> & { looked?: ReadRequest['looked'] },
    budget: Budget,
  ): Promise<Fetched> | undefined {
    if (this.#fetcher?.usable !== true) return undefined;
    const { key, policy, looked } = caller;
    if (looked !== undefined) {
      delete caller.looked;
      return Promise.resolve({ reason: 'absent', ...looked });
    }
    return this.#fetcher.fetch(key, budget, policy);
  }

  async run(
    flight: Flight,
    { caller, budget, fetched, takes }: LeasedLoadRequest,
  ): Promise<Landing> {
    const { key, loader, policy, tagPrefix } = caller;
    let last = fetched;
    const seen = fetched?.record?.token;
    const lease = await this.#lease(flight, { budget, seen }, async (record) => {
      last = await this.#fetcher!.admit(key, record, budget, policy);
      return takes(last);
    });
    if (lease.kind === 'value') return landingOf(this.#parts.view.table, key, last!)!;
    const token = lease.kind === 'granted' ? lease.token : undefined;
    const before = last?.record;
    return this.#filler.fill(flight, { key, loader, policy, tagPrefix, token, before });
  }

  async #lease(
    flight: Flight,
    { budget, seen }: { readonly budget: Budget; readonly seen: string | undefined },
    isUsable: Parameters<typeof obtainLease>[0]['isUsable'],
  ): Promise<LeaseResult> {
    const { far, wakes, clock, random, limits } = this.#parts;
    if (far === undefined || wakes === undefined || this.#fetcher?.usable !== true) {
      return { kind: 'none' };
    }
    const quest = { key: flight.key, seen, budget, signal: flight.signal, isUsable };
    return obtainLease(quest, { far, wakes, clock, random, ...limits });
  }
}
