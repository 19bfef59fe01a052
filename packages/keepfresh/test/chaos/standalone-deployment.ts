import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../../../../test/servers/redis-server.ts';
import type { Deployment, Fault } from './fault.ts';
import { commandFaults, debugging, hang, memoryFaults } from './server-faults.ts';

/** One Redis. */
export async function standaloneDeployment(cache: string): Promise<Deployment> {
  const server = await startRedis({ args: debugging });
  const victim = (): Promise<RedisServer> => Promise.resolve(server);
  const faults: Fault[] = [
    ...commandFaults(victim, cache),
    ...memoryFaults(victim),
    hang(victim),
    { name: 'kill -9, empty afterwards', weight: 'light', strike: () => restart(server) },
    {
      name: 'restart from an old RDB',
      weight: 'forgets',
      async strike({ random }) {
        await server.ask('SAVE');
        await sleep(500 + random.below(3_000));
        await restart(server);
      },
    },
  ];
  return {
    entrances: [server.port],
    ports: [server.port],
    master: '',
    faults,
    repair: () => Promise.resolve(),
    stop: () => server.stop(),
  };
}

/** Kills a server and starts it with what it had saved, which is gone then. */
async function restart(server: RedisServer): Promise<void> {
  const [, folder] = (await server.ask('CONFIG', 'GET', 'dir')) as readonly string[];
  await server.kill();
  await sleep(300);
  await server.start();
  await rm(join(folder!, 'dump.rdb'), { force: true });
}
