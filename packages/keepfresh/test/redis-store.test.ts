import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import type { RemoteConnection } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis } from '../src/redis/index.ts';
import { storeKit, type StoreUnderTest } from '../src/testing/index.ts';

let server: RedisServer;
let remote: RemoteConnection;
const raw = () =>
  createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
let client: ReturnType<typeof raw>;

beforeAll(async () => {
  server = await startRedis();
  client = raw();
  await client.connect();
  remote = redis({ url: server.url }).connect({
    name: 'kit',
    clock: systemClock,
    onConnection: () => {},
    onWarning: () => {},
  });
  await remote.ready();
});

afterAll(async () => {
  await remote.close();
  client.destroy();
  await server.stop();
});

function storeOverRedis(): StoreUnderTest {
  return {
    store: remote.store,
    plant: async (key, bytes) => void (await client.set(`kit:${key}`, Buffer.from(bytes))),
    dig: async (key) => (await client.get(`kit:${key}`)) ?? undefined,
  };
}

describe('the Redis store', () => {
  it.each(storeKit())('$name', async ({ run }) => {
    await expect(run(storeOverRedis)).resolves.toBeUndefined();
  });
});
