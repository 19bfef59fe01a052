import { setTimeout as sleep } from 'node:timers/promises';
import { RedisCluster } from '../../../../test/servers/redis-cluster.ts';
import type { RedisServer } from '../../../../test/servers/redis-server.ts';
import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import { pick } from '../simulation/pick.ts';
import type { Deployment, Fault, Struck } from './fault.ts';
import { commandFaults, debugging } from './server-faults.ts';

type Way = 'orderly' | 'force' | 'takeover';

/** Three masters with a replica each. */
export async function clusterDeployment(cache: string): Promise<Deployment> {
  const cluster = await RedisCluster.start({ args: debugging });
  const log = `{${cache}}:log`;
  const faults: Fault[] = [
    ...commandFaults((key) => cluster.masterOf(key), cache, 'forgets'),
    killed(cluster, "control slot's master", () => Promise.resolve(log)),
    killed(cluster, 'another master', (random) => rowElsewhere(cluster, { cache, log, random })),
    {
      name: 'SIGSTOP of a master until another is promoted',
      weight: 'forgets',
      strike: (struck) =>
        hang(cluster, pick(struck.random, [log, row(cache, struck.random)]), struck),
    },
    ...(['orderly', 'force', 'takeover'] as const).map((way) => handedOver(cluster, way, log)),
    moved(cluster, 'the control slot', () => log),
    moved(cluster, 'a slot', (random) => row(cache, random)),
  ];
  const ports = cluster.nodes.map(({ port }) => port);
  return {
    ...{ ports, entrances: ports, faults, master: '' },
    repair: () => cluster.repair(),
    stop: () => cluster.stop(),
  };
}

function killed(
  cluster: RedisCluster,
  whose: string,
  keyOf: (random: SeededRandom) => Promise<string>,
): Fault {
  return {
    name: `kill -9 of ${whose}`,
    weight: 'forgets',
    async strike({ fleet, random, timed }) {
      const key = await keyOf(random);
      const master = await cluster.masterOf(key);
      await master.kill();
      await cluster.waitForMaster(key, (promoted) => promoted !== master);
      timed(`${whose} killed: promotion until all processes are up`, await fleet.whenUp());
    },
  };
}

function handedOver(cluster: RedisCluster, way: Way, key: string): Fault {
  return {
    name: `CLUSTER FAILOVER${way === 'orderly' ? '' : ` ${way.toUpperCase()}`}`,
    weight: way === 'orderly' ? 'light' : 'forgets',
    async strike() {
      await cluster.failOver(key, way);
    },
  };
}

function moved(
  cluster: RedisCluster,
  what: string,
  keyOf: (random: SeededRandom) => string,
): Fault {
  return {
    name: `${what} moved to another master`,
    weight: 'light',
    async strike({ random }) {
      const slot = await cluster.slotOf(keyOf(random));
      const owner = await cluster.ownerOf(slot);
      const others = await mastersBut(cluster, owner);
      await cluster.moveSlot(slot, pick(random, others), () => sleep(random.below(50)));
    },
  };
}

async function hang(cluster: RedisCluster, key: string, { fleet, timed }: Struck): Promise<void> {
  const master = await cluster.masterOf(key);
  master.pause();
  try {
    await cluster.waitForMaster(key, (promoted) => promoted !== master);
    timed('master hangs: promotion until all processes are up', await fleet.whenUp());
  } finally {
    master.resume();
  }
}

async function mastersBut(
  cluster: RedisCluster,
  but: RedisServer | undefined,
): Promise<RedisServer[]> {
  const owners = await Promise.all([0, 6_000, 12_000].map((slot) => cluster.ownerOf(slot)));
  return owners.filter((owner) => owner !== undefined && owner !== but) as RedisServer[];
}

function row(cache: string, random: SeededRandom): string {
  return `${cache}:row:${random.below(40)}`;
}

/** The key of a row that another master has than the one with the log. */
async function rowElsewhere(
  cluster: RedisCluster,
  { cache, log, random }: { cache: string; log: string; random: SeededRandom },
): Promise<string> {
  const master = await cluster.masterOf(log);
  for (;;) {
    const key = row(cache, random);
    if ((await cluster.masterOf(key)) !== master) return key;
  }
}
