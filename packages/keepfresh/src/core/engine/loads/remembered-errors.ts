import type { CacheError } from '../../errors.ts';
import { BoundedMap } from '../../policy/bounded-map.ts';
import type { TagCell } from '../../policy/bans/tag-cell.ts';
import type { LoadFailure } from '../../ports/store.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { Judge } from '../judge.ts';
import { failureOf, loadFailed } from './load-failure.ts';
import type { ReadRequest } from '../reads/read-request.ts';

/** Most keys of which an error is remembered; beyond them the oldest are forgotten. */
const mostKeys = 10_000;

/** A load that failed, and how long its error is given in place of another one. */
export interface FailedLoad {
  readonly error: unknown;
  /** Of whatever the load would have brought. */
  readonly tags: readonly TagCell[];
  /** The newest local ban when it began. */
  readonly seq: number;
  /** By the engine's elapsed clock. */
  readonly startedAt: number;
  readonly forMs: number;
}

interface Remembered extends Omit<FailedLoad, 'error' | 'forMs'> {
  readonly failure: LoadFailure;
  /** By the engine's elapsed clock. */
  readonly until: number;
}

/** For whom an error may be. */
type Asking = Pick<ReadRequest, 'key' | 'policy' | 'fresh'> & { readonly startedAt: number };

/**
 * Errors of loaders that answer later reads in place of another load, where both asked for that (`errorTtl`). An
 * error is judged as a value is: once its key or a tag is invalidated or expired it is over, and without trust it
 * counts for H. It stays in this process: that a source fails may be the fault of who asks it.
 */
export class RememberedErrors {
  readonly #parts: Pick<EngineParts, 'elapsed' | 'view'>;
  readonly #judge: Pick<Judge, 'isTrusted' | 'sawStart'>;
  readonly #errors = new BoundedMap<string, Remembered>(mostKeys);

  constructor(
    parts: Pick<EngineParts, 'elapsed' | 'view'>,
    judge: Pick<Judge, 'isTrusted' | 'sawStart'>,
  ) {
    this.#parts = parts;
    this.#judge = judge;
  }

  remember(key: string, { error, forMs, ...load }: FailedLoad): void {
    const until = this.#parts.elapsed.read() + forMs;
    this.#errors.set(key, { ...load, failure: failureOf(error), until });
  }

  /** The source has answered. */
  loaded(key: string): void {
    if (this.#errors.size > 0) this.#errors.delete(key);
  }

  /** The error that stands in for a load now, LOAD_FAILED; undefined when the loader is to be asked. */
  find({ key, policy, fresh, startedAt }: Asking): CacheError | undefined {
    if (this.#errors.size === 0 || policy.errorTtlMs === 0 || fresh) return undefined;
    const found = this.#errors.get(key);
    if (found === undefined) return undefined;
    const { until, seq, tags, failure } = found;
    const isOver =
      this.#parts.elapsed.read() >= until || this.#parts.view.table.isCoveredSince(seq, key, tags);
    if (isOver) {
      this.#errors.delete(key);
      return undefined;
    }
    const isCurrent = this.#judge.isTrusted() || this.#judge.sawStart(found.startedAt, startedAt);
    return isCurrent ? loadFailed(failure) : undefined;
  }
}
