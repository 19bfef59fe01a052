import { Cluster, Redis } from 'ioredis';
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
import { redis, type RedisOptions } from '../../src/redis/index.ts';

/** How the trials invalidate. */
export type Kind = 'key' | 'tag' | 'pattern';

/** Where the caches find Redis, and through which client. */
export interface Place {
  readonly client: 'node-redis' | 'ioredis';
  /** One server, or some nodes of a cluster. */
  readonly urls: readonly string[];
  readonly isCluster: boolean;
}

/** What a process is told when it starts. */
export interface Trials {
  /** Of the server with the rows. */
  readonly url: string;
  readonly place: Place;
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

function openCache({ name, place, maxLagMs }: Trials, options: Partial<CacheOptions>): Cache {
  const coherence = { maxLag: maxLagMs };
  return createCache({ name, remote: redis(remoteAt(place)), coherence, ...options });
}

function remoteAt({ client, urls, isCluster }: Place): RedisOptions {
  const [url] = urls;
  if (client === 'node-redis') return isCluster ? { cluster: { nodes: urls } } : { url };
  if (isCluster) return { client: new Cluster([...urls], { lazyConnect: true }) };
  return { client: new Redis(url!, { lazyConnect: true }) };
}

serveActor({
  /** Makes the caches of the trials that follow, in place of those before. */
  async open(trials: Trials): Promise<void> {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    const rows = createClient({ url: trials.url });
    await rows.connect();
    const [cache, withoutMemory] = [openCache(trials, {}), openCache(trials, { memory: false })];
    opened.push(rows, cache, withoutMemory);
    await Promise.all([cache.ready({ within: '60s' }), withoutMemory.ready({ within: '60s' })]);
    const tried: TriedCache = {
      read: (key, load, tags) => cache.getOrSet(key, load, { tags }),
      readShared: (key, load, tags) => withoutMemory.getOrSet(key, load, { tags }),
      invalidate: (trial) => invalidate(cache, trials, trial),
    };
    held = new HeldLoads(tried, rows, `${trials.name}-row`);
  },
  ...servedBy(() => held),
});
