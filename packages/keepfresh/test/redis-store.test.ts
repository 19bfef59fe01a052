import { Redis } from 'ioredis';
import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../../../test/servers/redis-server.ts';
import type { StoredRecord } from '../src/core/ports/record.ts';
import type { RemoteConnection } from '../src/core/ports/remote.ts';
import { latePutMs } from '../src/core/ports/store.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis, type RedisOptions } from '../src/redis/index.ts';
import type { RedisClient } from '../src/redis/deployments/redis-client.ts';
import { RedisStore } from '../src/redis/store/redis-store.ts';
import { FakeClock } from '../src/testing/fake-clock.ts';

let server: RedisServer;
let remote: RemoteConnection;
const raw = () =>
  createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
let client: ReturnType<typeof raw>;

beforeAll(async () => {
  server = await startRedis();
  client = raw();
  await client.connect();
  remote = await connect({ url: server.url });
});

afterAll(async () => {
  await remote.close();
  client.destroy();
  await server.stop();
});

async function connect(options: RedisOptions): Promise<RemoteConnection> {
  const opened = redis(options).connect({
    name: 'kit',
    clock: systemClock,
    onConnection: () => {},
    onWarning: () => {},
  });
  await opened.ready();
  return opened;
}

const record = (n: number): StoredRecord => ({
  token: `${n}`.repeat(32),
  ...{ codec: 1, epoch: 'e'.repeat(16), position: n, tags: [], payload: Uint8Array.of(n) },
  ...{ createdAt: 1, freshUntil: 9e12, staleUntil: 9e12, expiresAt: 9e12 },
  ...{ loadMs: 1, version: 0 },
});

/** How often clients have sent each way to read since the last call. */
async function readCommands(): Promise<string> {
  const stats = String(await server.ask('INFO', 'commandstats'));
  await server.ask('CONFIG', 'RESETSTAT');
  const found = stats.matchAll(/cmdstat_(m?get):calls=(\d+)/g);
  return [...found]
    .map(([, name, calls]) => `${calls} ${name}`)
    .toSorted()
    .join(', ');
}

describe('reads of the Redis store', () => {
  const clients: readonly [string, () => RedisOptions][] = [
    ['node-redis', () => ({ url: server.url })],
    ['ioredis', () => ({ client: new Redis(server.url, { lazyConnect: true }) })],
  ];

  it.each(clients)('are one command when they begin together, over %s', async (_name, options) => {
    const opened = await connect(options());
    const { store } = opened;
    await Promise.all([1, 2].map((n) => store.put(`together${n}`, record(n), 60_000)));
    await client.hSet('kit:together3', 'field', 'value');
    await readCommands();
    const read = [1, 2, 3, 4].map((n) => store.read(`together${n}`));
    const found = await Promise.all(read);
    expect(found.map((each) => each?.position)).toEqual([1, 2, undefined, undefined]);
    expect(await readCommands()).toBe('1 mget');
    expect((await store.read('together1'))?.position).toBe(1);
    expect(await store.read('together3')).toBeUndefined();
    expect(await readCommands()).toBe('2 get');
    await opened.close();
    await expect(Promise.all([1, 2].map((n) => store.read(`together${n}`)))).rejects.toThrow();
  });
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

describe('a value that is put into the Redis store', () => {
  /** A store that takes the server's clock to be behind by so much, and whose commands take a while here. */
  function storeBehind(behindMs: number, tookMs: number): RedisStore {
    const clock = new FakeClock();
    const run: RedisClient['run'] = async ({ text }, keys, args) => {
      const reply: unknown = await client.eval(text, {
        keys: [...keys],
        arguments: [...(args as readonly string[])],
      });
      await clock.advance(tookMs);
      return reply;
    };
    const serverNow = (): number => systemClock.now() - behindMs;
    return new RedisStore({ run, serverNow } as Partial<RedisClient> as RedisClient, 'kit', {
      clock,
    });
  }

  it('is stored though a clock was set since the connection was made', async () => {
    const store = storeBehind(3_600_000, 10);
    expect(await store.put('set', record(1), 60_000)).toBe(true);
    expect((await remote.store.read('set'))?.position).toBe(1);
  });

  it('is not stored when it comes later than it may', async () => {
    const store = storeBehind(latePutMs + 1, latePutMs + 1);
    const put = store.put('held back', record(2), 60_000);
    await expect(put).rejects.toMatchObject({ code: 'REMOTE_TIMEOUT' });
    expect(await remote.store.read('held back')).toBeUndefined();
  });
});
