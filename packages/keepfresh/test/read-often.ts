import type { ReadOptions } from '../src/core/options.ts';
import type { TestCache } from '../src/testing/create-test-cache.ts';
import type { TimedSource } from './timed-source.ts';

/** Reads the key `k` every `everyMs` for `forMs`; tells how many of the reads there were, and had to wait. */
export async function readOften(
  { cache, clock, advance }: Pick<TestCache, 'cache' | 'clock' | 'advance'>,
  source: TimedSource,
  options: ReadOptions & { readonly everyMs: number; readonly forMs: number },
): Promise<{ waited: number; reads: number }> {
  const { everyMs, forMs, ...read } = options;
  let [waited, reads] = [0, 0];
  for (let ms = 0; ms < forMs; ms += everyMs) {
    let isAnswered = false;
    void cache.getOrSet('k', source.load, read).then(
      () => (isAnswered = true),
      () => (isAnswered = true),
    );
    await clock.settle();
    reads++;
    if (!isAnswered) waited++;
    await advance(everyMs);
  }
  return { waited, reads };
}
