import { createClient } from 'redis';
import { serveActor } from '../../../../test/adversarial/actor.ts';
import {
  HeldLoads,
  keyOf,
  patternOf,
  servedBy,
  tagOf,
  type TriedCache,
} from '../../../../test/adversarial/held-loads.ts';
import { type Cache, type CacheOptions, createCache } from '../../src/core/index.ts';
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

const opened: { close(): Promise<unknown> }[] = [];
let held: HeldLoads;

function invalidate(cache: Cache, { kind, strict }: Trials, trial: number): Promise<unknown> {
  if (kind === 'key') return cache.invalidate(keyOf(trial), { strict });
  if (kind === 'tag') return cache.invalidateTags(tagOf(trial), { strict });
  return cache.invalidatePattern(patternOf(trial), { strict });
}

function openCache({ name, url, maxLagMs }: Trials, options: Partial<CacheOptions>): Cache {
  const coherence = { maxLag: maxLagMs };
  return createCache({ name, remote: redis({ url }), coherence, ...options });
}

serveActor({
  /** Makes the caches of the trials that follow, in place of those before. */
  async open(trials: Trials): Promise<void> {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    const rows = createClient({ url: trials.url });
    await rows.connect();
    const [cache, withoutMemory] = [openCache(trials, {}), openCache(trials, { memory: false })];
    opened.push(rows, cache, withoutMemory);
    await Promise.all([cache.ready(), withoutMemory.ready()]);
    const tried: TriedCache = {
      read: (key, load, tags) => cache.getOrSet(key, load, { tags }),
      readShared: (key, load, tags) => withoutMemory.getOrSet(key, load, { tags }),
      invalidate: (trial) => invalidate(cache, trials, trial),
    };
    held = new HeldLoads(tried, rows, `${trials.name}-row`);
  },
  ...servedBy(() => held),
});
