import type { LoadContext, Loader } from './engine/loads/loader.ts';
import { CacheError } from './errors.ts';
import type { Clock } from './ports/clock.ts';

/**
 * Loads several keys at once: values in the order of the keys. An `Error` in the place of a value is the failure of
 * that key alone; what it throws fails all of them. Each key has its context.
 */
export type BatchLoader<T = unknown> = (
  keys: readonly string[],
  contexts: readonly LoadContext[],
) => Promise<readonly (T | Error)[]> | readonly (T | Error)[];

/** One key whose load is due. */
interface Due {
  readonly key: string;
  readonly context: LoadContext;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Longest time a load that is due waits for others of its call that may become due, in milliseconds. */
const longestWaitMs = 5;

/**
 * The loads of one call for several keys: those that are due are loaded together. A key may become due late, while
 * another process loads it, or never, when that one's value is taken: the others do not wait for it.
 */
export class BatchLoad {
  readonly #load: BatchLoader;
  readonly #clock: Clock;
  #undecided: number;
  #due: Due[] = [];
  #isScheduled = false;

  constructor(load: BatchLoader, options: { readonly clock: Clock; readonly keys: number }) {
    this.#load = load;
    this.#clock = options.clock;
    this.#undecided = options.keys;
  }

  /** The loader of one of the keys. */
  loaderOf(key: string): Loader {
    return (context) =>
      new Promise((resolve, reject) => {
        this.#due.push({ key, context, resolve, reject });
        this.#decided();
      });
  }

  /** The value of a key was found: its load will not be due. */
  found(): void {
    this.#decided();
  }

  #decided(): void {
    this.#undecided--;
    if (this.#undecided <= 0) return this.#loadDue();
    if (this.#isScheduled || this.#due.length === 0) return;
    this.#isScheduled = true;
    this.#clock.schedule(longestWaitMs, () => this.#loadDue(), 'awaited');
  }

  #loadDue(): void {
    this.#isScheduled = false;
    const due = this.#due.splice(0);
    if (due.length > 0) void this.#settle(due);
  }

  /** Never rejects. */
  async #settle(due: readonly Due[]): Promise<void> {
    try {
      const [keys, contexts] = [due.map(({ key }) => key), due.map(({ context }) => context)];
      const values: unknown = await this.#load(keys, contexts);
      if (!Array.isArray(values) || values.length !== due.length)
        throw notOneEach(due.length, values);
      for (const [n, value] of (values as unknown[]).entries()) {
        if (value instanceof Error) due[n]!.reject(value);
        else due[n]!.resolve(value);
      }
    } catch (error) {
      for (const { reject } of due) reject(error);
    }
  }
}

function notOneEach(keys: number, values: unknown): CacheError {
  const was = Array.isArray(values) ? `${values.length} values` : typeof values;
  const message = `a batch loader must return an array with one value for each of its ${keys} keys, but returned ${was}`;
  return new CacheError('INVALID_ARGUMENT', message);
}
