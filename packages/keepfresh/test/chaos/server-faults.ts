import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { RedisServer } from '../../../../test/servers/redis-server.ts';
import { controlParts } from '../../src/redis/log/redis-log.ts';
import { pick } from '../simulation/pick.ts';
import type { Fault, Weight } from './fault.ts';

/** Who is hit: whoever has a key, where servers share them. */
export type Victim = (key: string) => Promise<RedisServer>;

/** Those that evict first: with them nothing but values may go. */
const policies = [
  'volatile-ttl',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
];

/** Started with this a server executes DEBUG. */
export const debugging: readonly string[] = ['--enable-debug-command', 'local'];

/**
 * What can be done to a server that goes on running, over its own protocol. Where others watch it, they may
 * promote one of them while it does not answer: then a `pause` is no light matter.
 */
export function commandFaults(victim: Victim, cache: string, pause: Weight = 'light'): Fault[] {
  const ofLog = (random: SeededRandom): string => `{${cache}}:${pick(random, controlParts)}`;
  const record = (random: SeededRandom): string => `${cache}:row:${random.below(40)}`;
  const anything = (random: SeededRandom): string => pick(random, [ofLog, record])(random);
  function asked(
    name: string,
    keyOf: (random: SeededRandom) => string,
    command: (random: SeededRandom, key: string) => readonly string[],
    weight: Weight = 'light',
  ): Fault {
    return {
      name,
      weight,
      async strike({ random }) {
        const key = keyOf(random);
        await (await victim(key)).ask(...command(random, key));
      },
    };
  }
  return [
    asked('FLUSHALL', anything, () => ['FLUSHALL']),
    asked('DEL of a control key', ofLog, (_, key) => ['DEL', key]),
    asked('DEL of a record', record, (_, key) => ['DEL', key]),
    asked('SCRIPT FLUSH', anything, () => ['SCRIPT', 'FLUSH']),
    asked('CLIENT KILL', anything, (random) => [
      ...['CLIENT', 'KILL', 'TYPE', pick(random, ['normal', 'pubsub'])],
    ]),
    asked('CLIENT PAUSE', anything, (random) => pauseOf(random), pause),
    asked('DEBUG SLEEP', anything, (random) => ['DEBUG', 'SLEEP', secondsOf(random)], pause),
  ];
}

function pauseOf(random: SeededRandom): string[] {
  const forMs = 200 + random.below(1_800);
  return ['CLIENT', 'PAUSE', String(forMs), pick(random, ['WRITE', 'ALL'])];
}

function secondsOf(random: SeededRandom): string {
  return (random.fraction() * 2).toFixed(2);
}

/** A server without memory to spare: with every policy of eviction, and with none when it is full. */
export function memoryFaults(victim: Victim): Fault[] {
  return [...policies, 'noeviction'].map((policy) => ({
    name: `maxmemory: ${policy}`,
    weight: 'light',
    async strike() {
      const server = await victim('');
      await fillUp(server, policy);
      await sleep(800);
      await server.ask('CONFIG', 'SET', 'maxmemory', '0');
      await server.ask('EVAL', removeBallast, '0');
    },
  }));
}

/** Frozen for a while, sometimes for so long that connections to it are given up. */
export function hang(victim: Victim): Fault {
  return {
    name: 'SIGSTOP, SIGCONT',
    weight: 'light',
    async strike({ random }) {
      const server = await victim('');
      server.pause();
      await sleep(500 + random.below(4_500));
      server.resume();
    },
  };
}

/** Values with a lifetime for the policies to choose from, as many as there is room for and more. */
async function fillUp(server: RedisServer, policy: string): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(String(await server.ask('INFO', 'memory')))?.[1]);
  await server.ask('CONFIG', 'SET', 'maxmemory-policy', policy);
  await server.ask('CONFIG', 'SET', 'maxmemory', String(used + 300_000));
  for (let n = 0; n < 60; n++) {
    await server.ask('SET', `ballast:${n}`, 'x'.repeat(10_000), 'PX', '20000').catch(() => {});
  }
}

const removeBallast = `for n = 0, 59 do redis.call('UNLINK', 'ballast:' .. n) end`;
