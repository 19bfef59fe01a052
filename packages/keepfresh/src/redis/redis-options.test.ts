import { createSentinel } from 'redis';
import { describe, expect, it } from 'vitest';
import { checkRedisOptions } from './redis-options.ts';

const client = {
  connect: () => Promise.resolve(),
  destroy: () => {},
  duplicate: () => client,
  sendCommand: () => Promise.resolve(),
  subscribe: () => Promise.resolve(),
  on: () => {},
};

const ioredis = (options: object) => ({ options, defineCommand() {}, callBuffer() {} });
const ioredisCluster = (options: object) => ({ options, isCluster: true, nodes: () => [] });
const cluster = (options: object) => ({ _options: { rootNodes: [], ...options }, nodeClient() {} });
const sentinel = (options: object) =>
  createSentinel({ name: 'main', sentinelRootNodes: [{ host: 'a', port: 1 }], ...options });

describe('the options of redis()', () => {
  it('takes a url or a client', () => {
    expect(checkRedisOptions({ url: 'redis://localhost' }).connectTimeout).toBe(2000);
    const { deployment, connectTimeout } = checkRedisOptions({ client, connectTimeout: 100 });
    expect([deployment.kind, connectTimeout]).toEqual(['standalone', 100]);
  });

  it.each([
    [undefined, 'was undefined'],
    [{}, 'one of url, cluster, sentinel and client, but was given none'],
    [{ url: undefined }, 'but url was undefined'],
    [{ url: 'redis://a/b' }, 'the number of a database, as in /2, but was "/b"'],
    [{ url: 'redis://a', client }, 'but was given url and client'],
    [{ url: 'http://a' }, 'redis.url must be'],
    [{ url: 'localhost:6379' }, 'redis.url must be'],
    [{ url: 6379 }, 'was 6379'],
    [{ url: 'redis://a', ulr: 1 }, "no option 'ulr'"],
    [{ url: 'redis://a', connectTimeout: 0 }, 'redis.connectTimeout must be'],
    [{ url: 'redis://a', connectTimeout: Number.NaN }, 'was NaN'],
    [{ client: null }, 'redis.client must be'],
    [{ client: {} }, 'redis.client must be'],
    [{ cluster: { nodes: [] } }, 'redis.cluster.nodes must be'],
    [{ cluster: { nodes: ['redis://a', 'b'] } }, 'redis.cluster.nodes[1] must be'],
    [{ cluster: { node: [] } }, "no option 'node'"],
    [{ cluster: 'redis://a' }, 'redis.cluster must be'],
    [{ url: 'redis://a', durable: { replicas: 0 } }, 'redis.durable.replicas must be'],
    [{ url: 'redis://a', durable: { replicas: 1, timeout: 0 } }, 'redis.durable.timeout must be'],
    [{ url: 'redis://a', durable: 1 }, 'redis.durable must be'],
    [{ sentinel: { nodes: ['redis://a'] } }, 'redis.sentinel.name must be'],
    [{ sentinel: { name: 'main' } }, 'redis.sentinel.nodes must be'],
    [{ client: ioredis({ keyPrefix: 'app:' }) }, 'without keyPrefix'],
    [{ client: ioredis({ readOnly: true }) }, 'masters only, but was "readOnly: true"'],
    [{ client: ioredis({ role: 'slave' }) }, 'masters only'],
    [{ client: ioredisCluster({ scaleReads: 'all' }) }, `but was "scaleReads: 'all'"`],
    [{ client: ioredisCluster({ redisOptions: { keyPrefix: 'a' } }) }, 'without keyPrefix'],
    [{ client: cluster({ useReplicas: true }) }, 'masters only, but was "useReplicas: true"'],
    [{ client: cluster({ keyPrefix: 'app:' }) }, 'without keyPrefix'],
    [{ client: sentinel({ replicaPoolSize: 1 }) }, 'masters only'],
    [{ client: { ...client, getSentinelNode: () => {} } }, 'whose options can be read'],
    [{ client: { ...client, options: { keyPrefix: 'app:' } } }, 'without keyPrefix'],
    [{ client: { ...client, options: { readonly: true } } }, 'masters only'],
  ])('refuses %o: %s', (options, message) => {
    expect(() => checkRedisOptions(options as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it.each(['::1', 'host.example'])('knows where the nodes at %s are', (host) => {
    const text = host.includes(':') ? `[${host}]` : host;
    const nodes = [`rediss://user:p%40ss@${text}:7000`, `redis://${text}`];
    const found = checkRedisOptions({ cluster: { nodes } }).deployment;
    const addresses = [7000, 6379].map((port) => ({ host, port }));
    expect(found).toMatchObject({ kind: 'cluster', nodes: addresses });
    const set = checkRedisOptions({ sentinel: { name: 'main', nodes: [`redis://${text}`] } });
    const sentinels = [{ host, port: 26_379 }];
    expect(set.deployment).toMatchObject({ kind: 'sentinel', name: 'main', sentinels });
  });

  it('never shows a password', () => {
    for (const url of ['http://user:secret@host', 'redis://user:sec/ret@:x@host:port']) {
      expect(() => checkRedisOptions({ url })).toThrow(
        expect.objectContaining({
          message: expect.not.stringMatching(/secret|sec\/ret/) as string,
        }) as Error,
      );
    }
  });
});
