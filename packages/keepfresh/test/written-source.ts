import type { Cache } from '../src/core/cache.ts';
import type { BehindWrite } from '../src/core/write-behind.ts';

/** A source of numbers that is written behind, and can be made to fail. */
export class WrittenSource {
  readonly values = new Map<string, number>();
  readonly calls: BehindWrite<number>[][] = [];
  failure: Error | undefined;
  /** Awaited by each write, before and after which the source is looked at. */
  gate: Promise<void> = Promise.resolve();

  readonly write = async (writes: readonly BehindWrite<number>[]): Promise<void> => {
    this.calls.push([...writes]);
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    for (const { key, value } of writes) this.values.set(key, value);
  };

  read(cache: Cache, key = 'k'): Promise<number | undefined> {
    return cache.getOrSet(key, () => this.values.get(key));
  }
}
