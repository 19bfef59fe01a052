import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import { createClient, createCluster, createSentinel } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../test/servers/free-port.ts';
import { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import { RedisSentinels } from '../../../test/servers/redis-sentinels.ts';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import type { Member } from '../src/core/ports/log.ts';
import type { RemoteConnection } from '../src/core/ports/remote.ts';
import { systemClock } from '../src/core/system-clock.ts';
import { redis, type RedisOptions } from '../src/redis/index.ts';

const password = 'secret';
let server: RedisServer;
let cluster: RedisCluster;
let set: RedisSentinels;
const open: RemoteConnection[] = [];

beforeAll(async () => {
  [server, cluster, set] = await Promise.all([
    startRedis({ args: ['--requirepass', password] }),
    RedisCluster.start(),
    RedisSentinels.start(),
  ]);
});
afterAll(() => Promise.all([server.stop(), cluster.stop(), set.stop()]));
afterEach(async () => {
  await Promise.all(open.splice(0).map((remote) => remote.close()));
});

type Watched = RemoteConnection & { readonly changes: boolean[] };

function connect(options: RedisOptions): Watched {
  const changes: boolean[] = [];
  const remote = redis(options).connect({
    name: 'test',
    clock: systemClock,
    onConnection: (connected) => changes.push(connected),
    onWarning: () => {},
  });
  open.push(remote);
  return { ...remote, changes };
}

const lazy = { lazyConnect: true };
const url = (): string => `redis://:${password}@127.0.0.1:${server.port}`;
const ports = (): number[] => cluster.nodes.map(({ port }) => port);
const sentinels = () => set.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
const rootNodes = () => cluster.urls.slice(0, 1).map((each) => ({ url: each }));

/** A client of each kind, not connected, with how to tell that it still is not. */
const clients: readonly [string, () => { options: RedisOptions; isIdle: () => boolean }][] = [
  ['createClient', () => idle(createClient({ url: url() }))],
  ['createCluster', () => idle(createCluster({ rootNodes: rootNodes() }))],
  [
    'createSentinel',
    () => idle(createSentinel({ name: set.name, sentinelRootNodes: sentinels() })),
  ],
  ['Redis of ioredis 6', () => waits(new Redis(url(), lazy))],
  ['Redis of ioredis 6 behind Sentinels', () => waits(sentinelsOf(Redis))],
  ['Cluster of ioredis 6', () => waits(new Cluster(ports(), lazy))],
  ['Redis of ioredis 5', () => waits(new Redis5(url(), lazy))],
  ['Redis of ioredis 5 behind Sentinels', () => waits(sentinelsOf(Redis5))],
  ['Cluster of ioredis 5', () => waits(new Cluster5(ports(), lazy))],
];

function sentinelsOf<Client>(
  Class: new (options: { name: string; sentinels: { host: string; port: number }[] }) => Client,
): Client {
  return new Class({ name: set.name, sentinels: sentinels(), ...lazy });
}

function idle(client: NonNullable<RedisOptions['client']> & { readonly isOpen: boolean }) {
  return { options: { client }, isIdle: () => !client.isOpen };
}

function waits(client: NonNullable<RedisOptions['client']> & { readonly status: string }) {
  return { options: { client }, isIdle: () => client.status === 'wait' };
}

const request = { token: 'a'.repeat(32), leaseMs: 60_000, wait: false };
const member: Member = { id: 'a'.repeat(16), maxLagMs: 1000, epoch: '', applied: 0, nonce: '' };
const soon = { timeout: 30_000, interval: 10 };

describe('a client as the model', () => {
  it.each(clients)('%s: its options are enough, and it is left alone', async (_, make) => {
    const { options, isIdle } = make();
    const { store, log, ready } = connect(options);
    await ready();
    const key = `k ${Math.random()}`;
    expect((await store.acquire(key, request)).outcome).toBe('granted');
    expect(await store.renew(key, request.token, 1000)).toBe(true);
    expect(await store.readMany([key, 'other'])).toEqual([undefined, undefined]);
    expect((await log!.beat(member)).epoch).toHaveLength(16);
    let news = 0;
    const end = log!.onNews(() => news++);
    await vi.waitFor(async () => {
      await log!.append(member, { bans: [{ kind: 'tag', tag: 't' }] });
      expect(news).toBeGreaterThan(0);
    }, soon);
    end();
    expect(isIdle()).toBe(true);
  });

  it.each([
    ['ioredis 6', () => new Redis(url(), lazy)],
    ['ioredis 5', () => new Redis5(url(), lazy)],
  ])('%s: closes what was opened, and that only', async (_, make) => {
    const client = make();
    await client.connect();
    const remote = connect({ client });
    await remote.ready();
    remote.log!.onNews(() => {});
    await vi.waitFor(async () => expect(await connections(client)).toBe(3), soon);
    await remote.close();
    await vi.waitFor(async () => expect(await connections(client)).toBe(1), soon);
    client.disconnect();
  });

  it.each([
    ['ioredis 6', () => new Redis(url(), lazy)],
    ['ioredis 5', () => new Redis5(url(), lazy)],
  ])('%s: sends nothing twice when its connection is cut', async (_, make) => {
    const client = make();
    await client.connect();
    const remote = connect({ client });
    await remote.ready();
    await client.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    const acquired = remote.store.acquire('cut', request);
    acquired.catch(() => {});
    await vi.waitFor(async () => {
      expect(String(await client.info('clients'))).toMatch(/blocked_clients:1/);
    }, soon);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect(acquired).rejects.toBeInstanceOf(Error);
    await client.call('CLIENT', 'UNPAUSE');
    await remote.ready();
    expect(await client.exists('test:cut')).toBe(0);
    client.disconnect();
  });

  it.each([
    ['ioredis 6', (port: number) => new Redis(port, lazy)],
    ['ioredis 5', (port: number) => new Redis5(port, lazy)],
  ])('%s: queues nothing while there is no server, and finds it when it comes', async (_, make) => {
    const port = await freePort();
    const remote = connect({ client: make(port) });
    await vi.waitFor(() => expect(remote.changes).toEqual([false]), soon);
    await expect(remote.store.read('k')).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    await using late = await startRedis({ port });
    await remote.ready();
    expect(await remote.store.read('k')).toBeUndefined();
    await late.kill();
    await vi.waitFor(() => expect(remote.changes).toEqual([false, true, false]), soon);
  });

  it('speaks RESP2 where an ioredis client does', async () => {
    const remote = connect({ client: new Redis(url(), { ...lazy, protocol: 2 }) });
    await remote.ready();
    const other = { ...request, token: 'b'.repeat(32) };
    await remote.store.acquire('resp2', request);
    expect(await remote.store.acquire('resp2', other)).toMatchObject({ holder: request.token });
  });

  it('takes the credentials for all nodes from where each client has them', async () => {
    await using safe = await RedisCluster.start();
    await Promise.all(
      safe.nodes.map((each) =>
        each.ask('CONFIG', 'SET', 'requirepass', password, 'masterauth', password),
      ),
    );
    const [node] = safe.nodes;
    const models: RedisOptions[] = [
      { cluster: { nodes: [`redis://:${password}@127.0.0.1:${node!.port}`] } },
      { client: createCluster({ rootNodes: [{ url: node!.url }], defaults: { password } }) },
      { client: new Cluster([node!.port], { ...lazy, redisOptions: { password } }) },
    ];
    for (const options of models) {
      const { store, ready } = connect(options);
      await ready();
      const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
      expect(await store.readMany(keys)).toEqual(keys.map(() => undefined));
      await vi.waitFor(() => Promise.all(keys.map((key) => store.read(key))), soon);
    }
  });

  it('finds nodes where they are reached from here', async () => {
    // As if the nodes were known to each other by addresses that do not exist for us.
    const map = Object.fromEntries(
      ports().map((port) => [`127.0.0.1:${port}`, { host: 'localhost', port }]),
    );
    const models: RedisOptions[] = [
      { client: createCluster({ rootNodes: rootNodes(), nodeAddressMap: map }) },
      { client: new Cluster(ports(), { ...lazy, natMap: map }) },
    ];
    for (const options of models) {
      const remote = connect(options);
      await remote.ready();
      const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
      await vi.waitFor(() => Promise.all(keys.map((key) => remote.store.read(key))), soon);
    }
  });
});

async function connections(client: { call(command: string, arg: string): Promise<unknown> }) {
  return String(await client.call('CLIENT', 'LIST'))
    .trim()
    .split('\n').length;
}
