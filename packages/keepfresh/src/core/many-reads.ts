import { BatchLoad, type BatchLoader } from './batch-load.ts';
import type { CountedReads, ReadMode } from './counted-reads.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import type { Loader } from './engine/loads/loader.ts';
import type { Wanted } from './engine/reads/read-request.ts';
import type { Outcome } from './engine/reads/outcome.ts';
import { reveal } from './engine/memory/sealed.ts';
import { CacheError, invalidArgument, messageOf } from './errors.ts';
import type { KeySpace } from './key-space.ts';
import type { Clock } from './ports/clock.ts';

/** Most keys of one call. */
const maxKeys = 10_000;

/** How several keys are read; one policy and one loader for each. */
export interface ManyRequest {
  readonly names: readonly string[];
  /** They differ at most in the tags of what is loaded. */
  readonly policyOf: (n: number) => EntryPolicy;
  /** One call for all that is missing, or a loader for each key. */
  readonly load: BatchLoad | ((n: number) => Loader);
  /** The keys as the caller knows them. */
  readonly keys: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly fresh: boolean;
}

/** Reads of several keys: the shared store is asked once for all, and one call loads what is missing. */
export class ManyReads {
  readonly #reads: CountedReads;
  readonly #keys: KeySpace;
  readonly #clock: Clock;

  constructor(options: {
    readonly reads: CountedReads;
    readonly keys: KeySpace;
    readonly clock: Clock;
  }) {
    this.#reads = options.reads;
    this.#keys = options.keys;
    this.#clock = options.clock;
  }

  /** Full keys of a list, checked. Throws INVALID_ARGUMENT, and CLOSED. */
  names(keys: unknown, field: string): string[] {
    if (!Array.isArray(keys) || keys.length > maxKeys) {
      throw invalidArgument(field, `an array of at most ${maxKeys} keys`, keys);
    }
    return keys.map((key) => this.#keys.named(key as string));
  }

  /** The values in the order of the keys, undefined where there is none to serve. */
  async get(names: readonly string[]): Promise<unknown[]> {
    if (this.#reads.isHooked) return Promise.all(names.map((name) => this.#find(name)));
    const found = await this.#reads.lookUpMany(names);
    const values: unknown[] = [];
    for (let n = 0; n < found.length; n++) {
      const each = found[n]!;
      if (each.level === 'none') this.#reads.countMiss(names[n]!, each.reason);
      else this.#reads.count(names[n]!, each);
      values.push(each.level === 'none' ? undefined : reveal(each.sealed));
    }
    return values;
  }

  /** The values in the order of the keys. Rejects with SOME_FAILED once all have settled. */
  async getOrSet(request: ManyRequest): Promise<unknown[]> {
    const { names, fresh } = request;
    if (names.length === 0) return [];
    const { check, earlyRefresh, refreshAhead } = request.policyOf(0);
    // With a schema, a cached value is checked when it is read through.
    const wanted: Wanted = { earlyRefresh, refreshAhead };
    const found = fresh || this.#reads.isHooked ? [] : await this.#reads.lookUpMany(names, wanted);
    let someWait = false;
    const values = names.map((name, n): unknown => {
      const each = found[n];
      if (each === undefined || each.level === 'none' || check !== undefined || !isAnswer(each)) {
        someWait = true;
        const looked = each?.level === 'none' ? each.looked : undefined;
        return this.#read(request, n, looked === undefined ? {} : { looked });
      }
      if (request.load instanceof BatchLoad) request.load.found();
      this.#reads.count(name, each);
      return reveal(each.sealed);
    });
    return someWait ? allOf(await Promise.allSettled(values)) : values;
  }

  /** The loads of one call. Throws INVALID_ARGUMENT. */
  batch(keys: readonly string[], load: unknown): BatchLoad {
    if (typeof load !== 'function') throw invalidArgument('the batch loader', 'a function', load);
    return new BatchLoad(load as BatchLoader, { clock: this.#clock, keys: keys.length });
  }

  async #find(name: string): Promise<unknown> {
    const found = await this.#reads.lookUp(name, false);
    return typeof found === 'string' ? undefined : reveal(found.sealed);
  }

  async #read(
    { names, keys, load, policyOf, signal, fresh }: ManyRequest,
    n: number,
    more: Pick<ReadMode, 'looked'>,
  ): Promise<unknown> {
    const mode = { signal, fresh, ...more };
    if (!(load instanceof BatchLoad))
      return this.#reads.read(names[n]!, load(n), policyOf(n), mode);
    let wasDue = false;
    const loadOne = load.loaderOf(keys[n]!);
    const loader: Loader = (context) => {
      wasDue = true;
      return loadOne(context);
    };
    try {
      return await this.#reads.read(names[n]!, loader, policyOf(n), mode);
    } finally {
      if (!wasDue) load.found();
    }
  }
}

/** What is stale, or may soon be, is read through, which has it refreshed. */
function isAnswer({ stale, early }: Outcome): boolean {
  return !stale && early === undefined;
}

function allOf(results: readonly PromiseSettledResult<unknown>[]): unknown[] {
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length === 0)
    return results.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  const message = `${failed.length} of ${results.length} keys failed, the first with: ${messageOf(failed[0]!.reason)}; cause has what became of each, in order`;
  throw new CacheError('SOME_FAILED', message, { cause: results });
}
