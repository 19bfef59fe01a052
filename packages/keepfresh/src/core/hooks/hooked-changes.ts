import { CountedChanges, type CountedChangesOptions } from '../counted-changes.ts';
import type { InvalidationResult } from '../engine/invalidations/invalidator.ts';
import type { Draft } from '../engine/writes/written.ts';
import type { EntryOptions } from '../options.ts';
import type { WriteOptions } from '../set-options.ts';
import type { MutateOptions } from '../mutate-options.ts';
import type { Targets } from '../targets.ts';
import type { Hooks } from './hooks.ts';

type SetOptions = EntryOptions<string, never> & WriteOptions<never>;

/**
 * The changes of a view with hooks around writes. Hooks take time; what a caller gave to `set` still counts from the
 * call, so that it cannot outlive an invalidation that came meanwhile. Invalidations have no hooks: nothing may delay
 * or prevent them.
 */
export class HookedChanges extends CountedChanges {
  readonly #options: CountedChangesOptions;
  readonly #write: Hooks['write'];

  constructor(options: CountedChangesOptions, { write }: Hooks) {
    super(options);
    this.#options = options;
    this.#write = write;
  }

  override async set(
    key: string,
    value: unknown,
    options: SetOptions,
    draft: Draft = this.#options.engine.writer.draft(),
  ): Promise<InvalidationResult> {
    const context = { operation: 'set', key: this.#options.keys.named(key), value } as const;
    const set = (given: unknown = value): Promise<InvalidationResult> =>
      super.set(key, given, options, draft);
    return (await this.#write.run(context, set)) as InvalidationResult;
  }

  override async setMany(
    entries: readonly (readonly [string, unknown])[],
    options: SetOptions,
  ): Promise<InvalidationResult[]> {
    // What is wrong is found before anything is written.
    await super.setMany([], options);
    for (const [key] of entries) this.#options.keys.named(key);
    return Promise.all(entries.map(([key, value]) => this.set(key, value, options)));
  }

  override mutate<T>(
    targets: Targets,
    run: (signal: AbortSignal) => Promise<T> | T,
    options: MutateOptions,
  ): Promise<T> {
    if (typeof run !== 'function') return super.mutate(targets, run, options);
    const hooked = async (signal: AbortSignal): Promise<T> => {
      const context = { operation: 'mutate', targets } as const;
      return (await this.#write.run(context, async () => run(signal))) as T;
    };
    return super.mutate(targets, hooked, options);
  }
}
