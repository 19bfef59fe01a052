import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteContext } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { connectTo, type OwnClient } from '../src/redis/deployments/deployment.ts';
import type { RedisClient, ScriptArguments } from '../src/redis/deployments/redis-client.ts';
import { controlParts, RedisLog } from '../src/redis/log/redis-log.ts';
import { checkRedisOptions } from '../src/redis/redis-options.ts';
import { RedisStore } from '../src/redis/store/redis-store.ts';
import { logKit, type LogFaults, storeKit } from '../src/testing/index.ts';
import { type Admin, type ClientKind, Servers } from './redis/model-clients.ts';

const servers = new Servers();
let logs = 0;

/** Servers count leases and failures in real time: on a busy machine they may be over before a sentence is. */
const again = { retry: 5 };

afterAll(() => servers.stop());

/** Both kits over each client, in all the places where it may find Redis: all wait for servers' clocks. */
describe.concurrent('the conformance kits', () => {
  describe.each<ClientKind>([
    'node-redis',
    'node-redis cluster',
    'node-redis sentinel',
    'ioredis 6',
    'ioredis 6 cluster',
    'ioredis 5',
  ])('over %s', (kind) => {
    let client: OwnClient;
    let admin: Admin;

    beforeAll(async () => {
      const { deployment } = checkRedisOptions(await servers.optionsFor(kind));
      admin = await servers.adminFor(kind);
      const silent = { onConnection: () => {}, onWarning: () => {} };
      const context: RemoteContext = { name: 'kit', clock: systemClock, ...silent };
      client = connectTo(deployment, 2000, context);
      await client.ready();
    });

    afterAll(async () => {
      await client.close();
      admin.destroy();
    });

    it.concurrent.each(storeKit())('the store $name', again, async ({ run }) => {
      const name = `kit ${kind.replaceAll(' ', '')}`;
      const subject = () => ({
        store: new RedisStore(client, name),
        plant: async (key: string, bytes: Uint8Array) =>
          void (await admin.set(`${name}:${key}`, Buffer.from(bytes))),
        dig: async (key: string) => (await admin.get(`${name}:${key}`)) ?? undefined,
      });
      await expect(run(subject)).resolves.toBeUndefined();
    });

    it.concurrent.each(logKit())('the log $name', again, async ({ run }) => {
      const subject = (options: object) => {
        const name = `kit${++logs}`;
        const served = servedBy(client);
        return {
          log: new RedisLog(served, name, options),
          faults: faultsOf(admin, { name, served, kind }),
        };
      };
      await expect(run(subject)).resolves.toBeUndefined();
    });
  });
});

interface Served extends RedisClient {
  runId: string;
}

/** The client as it is, but for a run id that tests may change. */
function servedBy(client: RedisClient): Served {
  const served = {
    runId: 'r'.repeat(40),
    run: (script, keys, args) => client.run(script, keys, given(args)),
    runDurably: (script, keys, args, wait) => client.runDurably(script, keys, given(args), wait),
    subscribe: (channel, listener) => client.subscribe(channel, listener),
  } satisfies Partial<Served> as Partial<Served> as Served;
  const given = (args: ScriptArguments) =>
    typeof args === 'function' ? () => args(served.runId) : args;
  return served;
}

interface LogInRedis {
  readonly name: string;
  readonly served: Served;
  readonly kind: ClientKind;
}

function faultsOf(admin: Admin, { name, served, kind }: LogInRedis): LogFaults {
  const keys = controlParts.map((part) => `{${name}}:${part}`);
  // Somebody else's value in its place is as much a loss as none; half of the clients meet the one, half the other.
  const lose = async (key: string): Promise<void> => {
    if (kind.startsWith('ioredis')) await admin.set(key, Buffer.from('of somebody else'));
    else await admin.del(key);
  };
  return {
    losses: Object.fromEntries(keys.map((key) => [key, () => lose(key)])),
    image: async () => {
      const kept = await Promise.all(
        keys.map(async (key) => ({ key, dump: await admin.dump(key) })),
      );
      return async () => {
        for (const { key, dump } of kept) await admin.restore(key, 0, dump, { REPLACE: true });
      };
    },
    changeServer: async () => {
      served.runId = `${++logs}r`.padEnd(40, '0');
    },
  };
}
