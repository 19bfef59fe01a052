import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../test/servers/free-port.ts';
import { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import { RedisSentinels } from '../../../test/servers/redis-sentinels.ts';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import { createCache } from '../src/core/index.ts';
import { type RedisOptions, type RedisReport, redis, verify } from '../src/redis/index.ts';

/** What was found, but for what depends on how busy the machine is. */
const codesOf = ({ findings }: RedisReport): string[] =>
  findings
    .map(({ code }) => code)
    .filter((code) => code !== 'LATENCY')
    .toSorted();

describe('verify', () => {
  let server: RedisServer;
  let cluster: RedisCluster;
  let set: RedisSentinels;

  beforeAll(async () => {
    [server, cluster, set] = await Promise.all([
      startRedis(),
      RedisCluster.start(),
      RedisSentinels.start(),
    ]);
  });
  afterAll(() => Promise.all([server.stop(), cluster.stop(), set.stop()]));

  it('finds nothing wrong with a server as it comes, and leaves nothing behind', async () => {
    const clients: RedisOptions[] = [
      { url: server.url },
      { client: new Redis(server.url, { lazyConnect: true }) },
    ];
    for (const options of clients) {
      const report = await verify(options);
      expect([report.ok, codesOf(report)]).toEqual([true, ['NO_LIMIT', 'NO_REPLICAS', 'SERVER']]);
      expect(report.findings.at(0)).toMatchObject({
        severity: 'info',
        message: expect.stringMatching(/^Redis \d+\.\d+\.\d+ at the server answers in/) as string,
      });
    }
    expect(await server.ask('DBSIZE')).toBe(0);
    await vi.waitFor(async () => {
      expect(
        String(await server.ask('CLIENT', 'LIST'))
          .trim()
          .split('\n'),
      ).toHaveLength(1);
    }, 30_000);
  });

  it('says what each setting means and what to do about it', async () => {
    await server.ask('CONFIG', 'SET', 'maxmemory', '100mb');
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const report = await verify({ url: server.url });
    expect([report.ok, codesOf(report)]).toEqual([
      true,
      ['EVICTION_POLICY', 'NO_REPLICAS', 'SERVER'],
    ]);
    expect(report.findings.find(({ code }) => code === 'EVICTION_POLICY')).toMatchObject({
      severity: 'warning',
      advice: expect.stringContaining('volatile-ttl') as string,
    });
    const cache = createCache({ name: 'verified', remote: redis({ url: server.url }) });
    await cache.ready({ within: '60s' });
    const { remote } = await cache.health();
    expect(remote?.warnings).toMatchObject([
      { code: 'EVICTION_POLICY', advice: expect.any(String) as string },
    ]);
    await cache.close();
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(codesOf(await verify({ url: server.url }))).toContain('NO_EVICTION');
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
  });

  it('finds out what a user may not do', async () => {
    await server.ask(
      'ACL',
      'SETUSER',
      'reader',
      'on',
      '>secret',
      '~*',
      'resetchannels',
      '+@all',
      '-eval',
      '-evalsha',
    );
    const report = await verify({ url: `redis://reader:secret@127.0.0.1:${server.port}` });
    expect([report.ok, codesOf(report)]).toEqual([
      false,
      ['MESSAGES', 'NO_LIMIT', 'NO_REPLICAS', 'SCRIPTS', 'SCRIPTS', 'SERVER'],
    ]);
    const wrong = await verify({ url: `redis://reader:wrong@127.0.0.1:${server.port}` });
    expect(codesOf(wrong)).toEqual(['UNREACHABLE']);
    expect(wrong.findings[0]?.message).toMatch(/WRONGPASS/);
  });

  it('finds that the user of the guide may do all that a cache does, and little else', async () => {
    await server.ask('ACL', 'SETUSER', 'shop', 'on', '>secret', ...rulesOfGuide('shop'));
    await server.ask('ACL', 'LOG', 'RESET');
    const url = `redis://shop:secret@127.0.0.1:${server.port}`;
    expect((await verify({ url }, { name: 'shop' })).ok).toBe(true);
    await useEverything(url);
    expect(await server.ask('ACL', 'LOG')).toEqual([]);
    expect((await verify({ url })).ok).toBe(false);
    for (const command of [['FLUSHALL'], ['KEYS', '*'], ['CONFIG', 'GET', '*'], ['SHUTDOWN']]) {
      expect(await server.ask('ACL', 'DRYRUN', 'shop', ...command)).toMatch(/no permissions/);
    }
  });

  it('tells a server that is not there from options that are wrong', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    expect(codesOf(await verify({ url }))).toEqual(['UNREACHABLE']);
    expect(codesOf(await verify({ url: 'localhost' }))).toEqual(['OPTIONS']);
    const client = new Redis({ lazyConnect: true, keyPrefix: 'app:' });
    const report = await verify({ client });
    expect(report.findings).toMatchObject([
      { code: 'OPTIONS', message: expect.stringContaining('keyPrefix') as string },
    ]);
  });

  it('knows a replica, and a node of a cluster, given as a single server', async () => {
    const replica = set.servers.find(({ port }) => port !== set.servers[0]!.port)!;
    expect(codesOf(await verify({ url: replica.url }))).toContain('REPLICA');
    expect(codesOf(await verify({ url: cluster.nodes[0]!.url }))).toContain('CLUSTER_MODE');
  });

  it('looks at the master behind Sentinels, and at the Sentinels', async () => {
    const nodes = [...set.urls, `redis://127.0.0.1:${await freePort()}`];
    const report = await verify({ sentinel: { name: set.name, nodes } });
    expect([report.ok, codesOf(report)]).toEqual([
      true,
      ['MIN_REPLICAS', 'NO_LIMIT', 'SENTINELS', 'SERVER'],
    ]);
    const unknown = await verify({ sentinel: { name: 'other', nodes: set.urls } });
    expect(codesOf(unknown)).toEqual(['UNREACHABLE']);
  });

  it('looks at every master of a cluster, and at the slots', async () => {
    const report = await verify({ cluster: { nodes: cluster.urls } });
    const each = ['MIN_REPLICAS', 'NO_LIMIT', 'SERVER'];
    expect([report.ok, codesOf(report)]).toEqual([
      true,
      each.flatMap((code) => [code, code, code]),
    ]);
    await Promise.all(
      cluster.nodes.map((node) => node.ask('CLUSTER', 'DELSLOTS', '7').catch(() => {})),
    );
    const broken = await verify({ cluster: { nodes: cluster.urls } });
    expect([broken.ok, codesOf(broken)]).toEqual([
      false,
      expect.arrayContaining(['SLOT_COVERAGE']),
    ]);
  });
});

/** What the guide lets a user do whose cache has this name. */
function rulesOfGuide(name: string): string[] {
  const guide = join(import.meta.dirname, '../../../docs/guides/operate-redis.md');
  const row = /^\| a user of its own +\| `(.+?)`, and `(.+?)`/m.exec(readFileSync(guide, 'utf8'));
  const rules = `${row?.[1]} ${row?.[2]}`;
  return rules.replaceAll('<name>', name).replaceAll('\\|', '|').split(' ');
}

/** Two processes do what there is to do with Redis, waiting for replicas included. */
async function useEverything(url: string): Promise<void> {
  const shared = { name: 'shop', coherence: { maxLag: '300ms' } } as const;
  const durable = { replicas: 1, timeout: 20 };
  await using one = createCache({ ...shared, remote: redis({ url }) });
  await using two = createCache({ ...shared, remote: redis({ url }) });
  await using third = createCache({ ...shared, remote: redis({ url, durable }) });
  for (const cache of [one, two, third]) await cache.ready({ within: '60s' });
  const refused: unknown[] = [];
  for (const cache of [one, two]) cache.on('remote.failed', ({ error }) => refused.push(error));
  const slowly = <T>(then: () => T) => new Promise((done) => setTimeout(done, 300)).then(then);
  await Promise.all([one, two].map((cache) => cache.getOrSet('k', () => slowly(() => 1))));
  const failing = (): never => {
    throw new Error('no such row');
  };
  await Promise.allSettled([one, two].map((cache) => cache.getOrSet('f', () => slowly(failing))));
  await one.set('k', 2, { version: 1, tags: ['t'] });
  await two.getMany(['k', 'f', 'other']);
  await one.invalidate('k', { strict: true, settle: 1 });
  await one.invalidateTags('t');
  await one.invalidatePattern('k*');
  await one.expire({ keys: 'k', tags: 't' });
  await two.mutate({ keys: 'k' }, () => {}, { marker: 'required' });
  await two.clear();
  await third.invalidateTags('t', { queue: true });
  expect(refused.map(String).filter((text) => text.includes('NOPERM'))).toEqual([]);
}
