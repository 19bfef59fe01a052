import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import type { RemoteConnection } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis } from '../src/redis/index.ts';

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

describe('the Redis store', () => {
  it('gives away a lease that a clock which was set back would keep for hours', async () => {
    const request = { token: 'a'.repeat(32), leaseMs: 1000, wait: false };
    const other = { ...request, token: 'b'.repeat(32) };
    await remote.store.acquire('late', request);
    expect((await remote.store.acquire('late', other)).outcome).toBe('leased');
    const until = Buffer.alloc(8);
    until.writeDoubleBE(systemClock.now() + 3_600_000);
    await client.setRange('kit:late', 40, until);
    expect((await remote.store.acquire('late', other)).outcome).toBe('granted');
  });

  it('reads nothing under a key of another type, and leaves it alone', async () => {
    await client.hSet('kit:hash', 'field', 'value');
    expect(await remote.store.read('hash')).toBeUndefined();
    expect(await remote.store.readMany(['hash'])).toEqual([undefined]);
    const request = { token: 'a'.repeat(32), leaseMs: 1000, wait: false };
    expect((await remote.store.acquire('hash', request)).outcome).toBe('granted');
    expect(await remote.store.renew('hash', request.token, 1000)).toBe(false);
    expect(await remote.store.release('hash', request.token)).toBe(false);
    expect(await client.type('kit:hash')).toBe('hash');
    await remote.store.invalidate(['hash']);
    expect(await client.exists('kit:hash')).toBe(0);
  });
});
