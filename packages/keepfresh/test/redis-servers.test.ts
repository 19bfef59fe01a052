import { expect, it } from 'vitest';
import { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import { RedisSentinels } from '../../../test/servers/redis-sentinels.ts';

/** What the tests of failovers stand on. */
it('a cluster of the tests keeps a key over a failover and a move of its slot', async () => {
  await using cluster = await RedisCluster.start();
  await (await cluster.masterOf('k')).ask('SET', 'k', 'value');
  const promoted = await cluster.failOver('k');
  expect(await promoted.ask('GET', 'k')).toBe('value');
  const other = await cluster.masterOf('b');
  await cluster.moveSlot(await cluster.slotOf('k'), other);
  expect(await other.ask('GET', 'k')).toBe('value');
});

it('Sentinels of the tests promote a replica when the master is killed', async () => {
  await using set = await RedisSentinels.start();
  const first = await set.master();
  await first.ask('SET', 'k', 'value');
  await first.ask('WAIT', '2', '1000');
  await first.kill();
  const second = await set.waitForMaster((master) => master !== first);
  expect(await second.ask('GET', 'k')).toBe('value');
});
