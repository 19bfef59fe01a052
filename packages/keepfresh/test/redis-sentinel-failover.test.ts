import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedisSentinels } from '../../../test/servers/redis-sentinels.ts';
import type { Cache } from '../src/core/index.ts';
import { type ClientKind, Servers } from './redis/model-clients.ts';
import { expectKept, Pairs, timeUntilUp, trustedWithinMs, watchWhile } from './redis/pairs.ts';

const pairs = new Pairs('s');
const servers = new Servers();
const clients: readonly ClientKind[] = ['node-redis sentinel', 'ioredis 6 sentinel'];
const soon = { timeout: 30_000, interval: 20 };

describe('behind Sentinels', () => {
  let set: RedisSentinels;

  beforeAll(async () => {
    set = await servers.sentinels();
  });
  afterAll(() => servers.stop());
  afterEach(async () => {
    await pairs.close();
    await set.repair();
  });

  it.each(clients)('%s: the end of the master breaks no promise', async (kind) => {
    const both = await pairs.open(await servers.optionsFor(kind));
    const master = await set.master();
    const seen = await watchWhile(both, async () => {
      await master.kill();
      await set.waitForMaster((promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does a promotion that loses what the master had confirmed', async () => {
    // Within H of the first who finds the new master, whoever remembers more has to find it, too.
    const longMs = 2_000;
    const both = await pairs.open({ sentinel: { name: set.name, nodes: set.urls } }, longMs);
    const [a] = both;
    let row = 'old';
    const read = (cache: Cache): Promise<string> =>
      cache.getOrSet('k', () => row, { tags: ['t'], ttl: '1h' });
    const { name } = pairs;
    const { master, replicas } = await vi.waitFor(async () => {
      await Promise.all(both.map(read));
      const found = await set.inStep();
      const have = await Promise.all(
        set.servers.map((server) => server.ask('EXISTS', `${name}:k`)),
      );
      expect(have).toEqual([1, 1, 1]);
      return found;
    }, soon);
    for (const replica of replicas) replica.pause();
    // What was sent to a paused server is there when it goes on, unless its connection is gone.
    await master.ask('CLIENT', 'KILL', 'TYPE', 'replica');
    row = 'new';
    expect(await a.invalidateTags('t')).toEqual({ status: 'applied' });
    const everywhere = sleep(longMs + 100);
    await master.kill();
    for (const replica of replicas) replica.resume();
    const promoted = await set.waitForMaster((server) => server !== master);
    // The old record came back, and no trace of its invalidation.
    expect(await promoted.ask('EXISTS', `${name}:k`)).toBe(1);
    const late = await pairs.another({ sentinel: { name: set.name, nodes: set.urls } }, longMs);
    expect(await read(late)).toBe('new');
    await everywhere;
    expect(await Promise.all(both.map(read))).toEqual(['new', 'new']);
  });

  it('nor does a master that hangs, and goes on after another was promoted', async () => {
    const both = await pairs.open({ sentinel: { name: set.name, nodes: set.urls } });
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
