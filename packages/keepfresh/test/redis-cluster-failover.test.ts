import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import { type ClientKind, Servers } from './redis/model-clients.ts';
import { expectKept, Pairs, timeUntilUp, trustedWithinMs, watchWhile } from './redis/pairs.ts';

const pairs = new Pairs('c');
const servers = new Servers();
const clients: readonly ClientKind[] = ['node-redis cluster', 'ioredis 6 cluster'];
const soon = { timeout: 30_000, interval: 10 };

describe('on a cluster', () => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await servers.cluster();
  });
  afterAll(() => servers.stop());
  afterEach(async () => {
    await pairs.close();
    await cluster.repair();
  });

  const logKey = (): string => `{${pairs.name}}:log`;

  /** The key of a row that another master has than the one with the log. */
  async function rowElsewhere(): Promise<string> {
    const master = await cluster.masterOf(logKey());
    for (let n = 0; ; n++) {
      const key = `${pairs.name}:row:${n}`;
      if ((await cluster.masterOf(key)) !== master) return key;
    }
  }

  it.each(clients)('%s: an orderly failover of the log breaks no promise', async (kind) => {
    const both = await pairs.open(await servers.optionsFor(kind));
    const seen = await watchWhile(both, () => cluster.failOver(logKey()));
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it.each(clients)('%s: nor does the end of the master of the log', async (kind) => {
    const both = await pairs.open(await servers.optionsFor(kind));
    const master = await cluster.masterOf(logKey());
    const seen = await watchWhile(both, async () => {
      await master.kill();
      await cluster.waitForMaster(logKey(), (promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does the end of another master, which the others do not notice', async () => {
    const both = await pairs.open({ cluster: { nodes: cluster.urls } });
    const key = await rowElsewhere();
    const master = await cluster.masterOf(key);
    const seen = await watchWhile(both, async () => {
      const failover = await cluster.forbidFailover(key);
      await master.kill();
      await vi.waitFor(async () => {
        const health = await Promise.all(both.map((cache) => cache.health()));
        expect(health.map(({ remote }) => remote?.trusted)).toEqual([true, true]);
      }, soon);
      await failover.allow();
      await cluster.waitForMaster(key, (promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does a master that hangs until another one is promoted', async () => {
    const both = await pairs.open({ cluster: { nodes: cluster.urls } });
    const master = await cluster.masterOf(logKey());
    const seen = await watchWhile(both, async () => {
      master.pause();
      await cluster.waitForMaster(logKey(), (promoted) => promoted !== master);
    });
    expectKept(seen);
    expect(seen.waitedMs).toBeLessThan(trustedWithinMs);
  });

  it('nor does moving the slot of the log, and slots of rows, to other masters and back', async () => {
    const both = await pairs.open({ cluster: { nodes: cluster.urls } });
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
