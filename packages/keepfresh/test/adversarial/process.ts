import { createClient } from 'redis';
import { serveActor } from '../../../../test/adversarial/actor.ts';
import { HeldLoads, keyOf, patternOf, tagOf } from '../../../../test/adversarial/held-loads.ts';
import { type Cache, createCache } from '../../src/core/index.ts';
import { redis } from '../../src/redis/index.ts';

/** How the trials invalidate. */
export type Kind = 'key' | 'tag' | 'pattern';

/** What a process is told when it starts. */
export interface Trials {
  readonly url: string;
  /** Of the cache, and before the names of its rows. */
  readonly name: string;
  readonly kind: Kind;
  readonly strict: boolean;
  readonly maxLagMs: number;
}

let cache: Cache | undefined;
let rows: ReturnType<typeof createClient> | undefined;
let held: HeldLoads;

function invalidate(cache: Cache, { kind, strict }: Trials, trial: number): Promise<unknown> {
  if (kind === 'key') return cache.invalidate(keyOf(trial), { strict });
  if (kind === 'tag') return cache.invalidateTags(tagOf(trial), { strict });
  return cache.invalidatePattern(patternOf(trial), { strict });
}

serveActor({
  /** Makes the cache of the trials that follow, in place of the one before. */
  async open(trials: Trials): Promise<void> {
    const { url, name, maxLagMs } = trials;
    await Promise.all([cache?.close(), rows?.close()]);
    rows = createClient({ url });
    await rows.connect();
    cache = createCache({ name, remote: redis({ url }), coherence: { maxLag: maxLagMs } });
    await cache.ready();
    const opened = cache;
    const tried = {
      read: (key: string, load: () => Promise<string>, tags: readonly string[]) =>
        opened.getOrSet(key, load, { tags }),
      invalidate: (trial: number) => invalidate(opened, trials, trial),
    };
    held = new HeldLoads(tried, rows, `${name}-row`);
  },
  beginLoads: (trials: readonly number[]) => held.beginLoads(trials),
  change: (trials: readonly number[]) => held.change(trials),
  beginReads: (trials: readonly number[]) => held.beginReads(trials),
  endLoads: () => held.endLoads(),
  endReads: () => held.endReads(),
  readAll: (trials: readonly number[]) => held.readAll(trials),
});
