import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { linkOptions } from '../src/redis/node-redis-client.ts';
import type { RedisClient } from '../src/redis/redis-client.ts';
import { RedisLog } from '../src/redis/redis-log.ts';
import { StandaloneClient } from '../src/redis/standalone-client.ts';
import {
  logKit,
  type LogFaults,
  type LogKitOptions,
  type LogUnderTest,
} from '../src/testing/index.ts';

let server: RedisServer;
let client: StandaloneClient;
const raw = () =>
  createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
let admin: ReturnType<typeof raw>;
let logs = 0;

beforeAll(async () => {
  server = await startRedis();
  admin = raw();
  await admin.connect();
  const create = () => Promise.resolve(createClient({ url: server.url, ...linkOptions(1000) }));
  client = new StandaloneClient(
    { create, connectTimeoutMs: 1000 },
    { name: 'kit', clock: systemClock, onConnection: () => {}, onWarning: () => {} },
  );
  await client.ready();
});

afterAll(async () => {
  await client.close();
  admin.destroy();
  await server.stop();
});

function emptyLog(options: LogKitOptions): LogUnderTest {
  const name = `kit${++logs}`;
  const served = servedBy(client);
  return { log: new RedisLog(served, name, options), faults: faultsOf(name, served) };
}

/** The client as it is, but for a run id that tests may change. */
function servedBy(real: RedisClient): RedisClient & { runId: string } {
  return Object.create(real, {
    runId: { value: 'r'.repeat(40), writable: true },
    ...Object.fromEntries(
      (['run', 'runDurably', 'subscribe'] as const).map((method) => [
        method,
        { value: real[method].bind(real) },
      ]),
    ),
  }) as RedisClient & { runId: string };
}

function faultsOf(name: string, served: { runId: string }): LogFaults {
  const keys = ['log', 'meta', 'tags', 'patterns'].map((part) => `{${name}}:${part}`);
  return {
    losses: Object.fromEntries(keys.map((key) => [key, async () => void (await admin.del(key))])),
    image: async () => {
      const kept = await Promise.all(
        keys.map(async (key) => ({ key, dump: await admin.dump(key) })),
      );
      return async () => {
        for (const { key, dump } of kept) await admin.restore(key, 0, dump, { REPLACE: true });
      };
    },
    changeServer: async () => {
      served.runId = `${++logs}`.padStart(40, '0');
    },
  };
}

describe('the Redis log', () => {
  it.each(logKit().map(({ name, run }) => [name, run] as const))('%s', async (_name, run) => {
    await expect(run(emptyLog)).resolves.toBeUndefined();
  });
});
