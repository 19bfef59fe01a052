import { Cluster, Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import { RedisSentinels } from '../../../test/servers/redis-sentinels.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { redis, type RedisOptions } from '../src/redis/index.ts';
import { RowWatch, type Watched } from './redis/row-watch.ts';

const maxLagMs = 400;
/**
 * Longest time from a promotion until caches trust what they have again. It is H and a few hundred milliseconds
 * on a machine that has nothing else to do; a busy one is no failure.
 */
const trustedWithinMs = 3 * (1_000 + maxLagMs);
const caches: Cache[] = [];
let names = 0;

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

/** Two processes' caches of one name. */
async function pair(options: RedisOptions): Promise<Cache[]> {
  const name = `f${++names}`;
  const made = [1, 2].map(() =>
    createCache({ name, remote: redis(options), coherence: { maxLag: maxLagMs } }),
  );
  caches.push(...made);
  await Promise.all(made.map((cache) => cache.ready({ within: '20s' })));
  return made;
}

function watch(watched: readonly Cache[]): RowWatch {
  const keys = Array.from({ length: 12 }, (_, n) => `row:${n}`);
  return new RowWatch(watched, { maxLagMs, keys });
}

/** Resolves with the time until all of these are up, in milliseconds. */
async function timeUntilUp(watched: readonly Cache[]): Promise<number> {
  const start = performance.now();
  const isUp = async (cache: Cache) => expect((await cache.health()).status).toBe('up');
  await vi.waitFor(() => Promise.all(watched.map(isUp)), { timeout: 20_000, interval: 10 });
  return performance.now() - start;
}

function expectKept(watched: Watched): void {
  expect(watched.old).toEqual([]);
  expect(watched.failed).toEqual([]);
  expect(watched.applied).toBeGreaterThan(5);
  // Nobody waits until the lease of somebody who was refused is over.
  expect(watched.slowestMs).toBeLessThan(4_800);
}

/** `during` breaks something; gives what was seen, and how long the caches then took to trust again. */
async function watchWhile(
  both: readonly Cache[],
  during: () => Promise<unknown>,
): Promise<Watched & { readonly waitedMs: number }> {
  let waitedMs = 0;
  const watched = await watch(both).while(async () => {
    await during();
    waitedMs = await timeUntilUp(both);
  }, maxLagMs + 100);
  return { ...watched, waitedMs };
}

describe('on a cluster', () => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());
  afterEach(() => cluster.repair());

  const logKey = (): string => `{f${names}}:log`;
  const clients: readonly [string, () => RedisOptions][] = [
    ['node-redis', () => ({ cluster: { nodes: cluster.urls } })],
    [
      'ioredis',
      () => ({
        client: new Cluster(
          cluster.nodes.map(({ port }) => port),
          { lazyConnect: true },
        ),
      }),
    ],
  ];

  /** The key of a row that another master has than the one with the log. */
  async function rowElsewhere(): Promise<string> {
    const master = await cluster.masterOf(logKey());
    for (let n = 0; ; n++) {
      const key = `f${names}:row:${n}`;
      if ((await cluster.masterOf(key)) !== master) return key;
    }
  }

  it.each(clients)('%s: an orderly failover of the log breaks no promise', async (_, options) => {
    const both = await pair(options());
    const seen = await watchWhile(both, () => cluster.failOver(logKey()));
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it.each(clients)('%s: nor does the end of the master of the log', async (_, options) => {
    const both = await pair(options());
    const master = await cluster.masterOf(logKey());
    const seen = await watchWhile(both, async () => {
      await master.kill();
      await cluster.waitForMaster(logKey(), (promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does the end of another master, which the others do not notice', async () => {
    const both = await pair({ cluster: { nodes: cluster.urls } });
    const key = await rowElsewhere();
    const master = await cluster.masterOf(key);
    const opened = vi.fn();
    for (const cache of both) cache.on('circuit.opened', opened);
    const seen = await watchWhile(both, async () => {
      await master.kill();
      const health = await Promise.all(both.map((cache) => cache.health()));
      expect(health.map(({ remote }) => remote?.trusted)).toEqual([true, true]);
      await cluster.waitForMaster(key, (promoted) => promoted !== master);
    });
    expectKept(seen);
    // One master of three is away: what the others have is used all the time.
    expect(opened).not.toHaveBeenCalled();
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does a master that hangs until another one is promoted', async () => {
    const both = await pair({ cluster: { nodes: cluster.urls } });
    const master = await cluster.masterOf(logKey());
    const seen = await watchWhile(both, async () => {
      master.pause();
      await cluster.waitForMaster(logKey(), (promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does moving the slot of the log, and slots of rows, to other masters and back', async () => {
    const both = await pair({ cluster: { nodes: cluster.urls } });
    const logSlot = await cluster.slotOf(logKey());
    const rowSlot = await cluster.slotOf(await rowElsewhere());
    const from = [await cluster.ownerOf(logSlot), await cluster.ownerOf(rowSlot)];
    const seen = await watchWhile(both, async () => {
      for (const slot of [logSlot, rowSlot]) {
        const to = slot === logSlot ? from[1]! : from[0]!;
        await cluster.moveSlot(slot, to, () => sleep(50));
        await timeUntilUp(both);
        await cluster.moveSlot(slot, slot === logSlot ? from[0]! : from[1]!, () => sleep(50));
      }
    });
    expectKept(seen);
  });
});

describe('behind Sentinels', () => {
  let set: RedisSentinels;

  beforeAll(async () => {
    set = await RedisSentinels.start();
  });
  afterAll(() => set.stop());
  afterEach(() => set.repair());

  const clients: readonly [string, () => RedisOptions][] = [
    ['node-redis', () => ({ sentinel: { name: set.name, nodes: set.urls } })],
    [
      'ioredis',
      () => ({
        client: new Redis({
          name: set.name,
          sentinels: set.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
          lazyConnect: true,
        }),
      }),
    ],
  ];

  it.each(clients)('%s: the end of the master breaks no promise', async (_, options) => {
    const both = await pair(options());
    const master = await set.master();
    const seen = await watchWhile(both, async () => {
      await master.kill();
      await set.waitForMaster((promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does a promotion that loses what the master had confirmed', async () => {
    const both = await pair({ sentinel: { name: set.name, nodes: set.urls } });
    const [a] = both as [Cache];
    let row = 'old';
    const read = (cache: Cache): Promise<string> =>
      cache.getOrSet('k', () => row, { tags: ['t'], ttl: '1h' });
    await Promise.all(both.map(read));
    const master = await set.master();
    const replicas = set.servers.filter((server) => server !== master);
    const name = `f${names}`;
    await vi.waitFor(async () => expect(await master.ask('EXISTS', `${name}:k`)).toBe(1));
    expect(await master.ask('WAIT', '2', '5000')).toBe(2);
    for (const replica of replicas) replica.pause();
    row = 'new';
    expect(await a.invalidateTags('t')).toEqual({ status: 'applied' });
    await master.kill();
    for (const replica of replicas) replica.resume();
    const promoted = await set.waitForMaster((server) => server !== master);
    // The old record came back, and no trace of its invalidation.
    expect(await promoted.ask('EXISTS', `${name}:k`)).toBe(1);
    const late = createCache({
      name,
      remote: redis({ sentinel: { name: set.name, nodes: set.urls } }),
      coherence: { maxLag: maxLagMs },
    });
    caches.push(late);
    await late.ready({ within: '20s' });
    expect(await read(late)).toBe('new');
    expect(await Promise.all(both.map(read))).toEqual(['new', 'new']);
  });

  it('nor does a master that hangs, and goes on after another was promoted', async () => {
    const both = await pair({ sentinel: { name: set.name, nodes: set.urls } });
    const master = await set.master();
    const seen = await watchWhile(both, async () => {
      master.pause();
      await set.waitForMaster((promoted) => promoted !== master);
      await timeUntilUp(both);
      master.resume();
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });
});
