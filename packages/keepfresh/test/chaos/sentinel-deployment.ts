import { setTimeout as sleep } from 'node:timers/promises';
import { RedisSentinels } from '../../../../test/servers/redis-sentinels.ts';
import type { Deployment, Fault, Struck } from './fault.ts';
import { commandFaults, debugging } from './server-faults.ts';

/** A master with two replicas, and three Sentinels. */
export async function sentinelDeployment(cache: string): Promise<Deployment> {
  // A master that was replaced while it stood still has no replicas: then it must not confirm anything.
  const args = [...debugging, '--min-replicas-to-write', '1', '--min-replicas-max-lag', '10'];
  const set = await RedisSentinels.start({ args });
  const faults: Fault[] = [
    ...commandFaults(() => set.master(), cache, 'forgets'),
    { name: 'kill -9 of the master', weight: 'forgets', strike: (struck) => kill(set, struck) },
    { name: 'SENTINEL FAILOVER', weight: 'forgets', strike: (struck) => failOver(set, struck) },
    {
      name: 'SIGSTOP of the master until another is promoted',
      weight: 'forgets',
      strike: (struck) => hang(set, struck),
    },
    {
      name: 'all Sentinels away',
      weight: 'light',
      strike: ({ random }) => blind(set, 500 + random.below(1_500)),
    },
    {
      name: 'kill -9 of a replica',
      weight: 'light',
      async strike() {
        const { replicas } = await set.inStep();
        await replicas[0]!.kill();
        await sleep(500);
      },
    },
  ];
  const all = [...set.servers, ...set.sentinels].map(({ port }) => port);
  const entrances = set.sentinels.map(({ port }) => port);
  return {
    ...{ entrances, faults, ports: all, master: set.name },
    repair: () => set.repair(),
    stop: () => set.stop(),
  };
}

async function kill(set: RedisSentinels, struck: Struck): Promise<void> {
  const master = await set.master();
  await master.kill();
  await set.waitForMaster((promoted) => promoted !== master);
  await recovered(set, 'master killed', struck);
}

async function failOver(set: RedisSentinels, struck: Struck): Promise<void> {
  await set.failOver();
  await recovered(set, 'SENTINEL FAILOVER', struck);
}

async function hang(set: RedisSentinels, struck: Struck): Promise<void> {
  const master = await set.master();
  master.pause();
  try {
    await set.waitForMaster((promoted) => promoted !== master);
    await recovered(set, 'master hangs', struck);
  } finally {
    master.resume();
  }
}

/** The new master confirms nothing before a replica follows it: that is the Sentinels' affair. */
async function recovered(
  set: RedisSentinels,
  what: string,
  { fleet, timed }: Struck,
): Promise<void> {
  const promotedAt = fleet.nowMs;
  await set.waitForReplica();
  timed(`${what}: promotion until a replica follows`, fleet.nowMs - promotedAt);
  timed(`${what}: then until all processes are up`, await fleet.whenUp());
}

async function blind(set: RedisSentinels, forMs: number): Promise<void> {
  for (const sentinel of set.sentinels) sentinel.pause();
  await sleep(forMs);
  for (const sentinel of set.sentinels) sentinel.resume();
}
