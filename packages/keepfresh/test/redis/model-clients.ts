import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import { createClient, createCluster, createSentinel } from 'redis';
import { RedisCluster } from '../../../../test/servers/redis-cluster.ts';
import { RedisSentinels } from '../../../../test/servers/redis-sentinels.ts';
import { type RedisServer, startRedis } from '../../../../test/servers/redis-server.ts';
import type { RedisOptions } from '../../src/redis/index.ts';

/** What an application may have, and give to `redis()`. */
export type ClientKind =
  | 'node-redis'
  | 'node-redis cluster'
  | 'node-redis sentinel'
  | 'ioredis 6'
  | 'ioredis 6 cluster'
  | 'ioredis 6 sentinel'
  | 'ioredis 5'
  | 'ioredis 5 cluster';

/** Servers of each kind for a test file, started when they are first needed. */
export class Servers {
  #standalone: Promise<RedisServer> | undefined;
  #cluster: Promise<RedisCluster> | undefined;
  #sentinels: Promise<RedisSentinels> | undefined;

  standalone(): Promise<RedisServer> {
    return (this.#standalone ??= startRedis());
  }

  cluster(): Promise<RedisCluster> {
    return (this.#cluster ??= RedisCluster.start());
  }

  sentinels(): Promise<RedisSentinels> {
    return (this.#sentinels ??= RedisSentinels.start());
  }

  /** What `redis()` takes for a client of this kind. The client itself never connects. */
  async optionsFor(kind: ClientKind): Promise<RedisOptions> {
    if (kind.endsWith('cluster')) return clusterOptions(kind, await this.cluster());
    if (kind.endsWith('sentinel')) return sentinelOptions(kind, await this.sentinels());
    const { url } = await this.standalone();
    if (kind === 'node-redis') return { client: createClient({ url }) };
    const options = { lazyConnect: true };
    return { client: kind === 'ioredis 6' ? new Redis(url, options) : new Redis5(url, options) };
  }

  /** A client for tests to look behind the scenes with: strings come as bytes. */
  async adminFor(kind: ClientKind): Promise<Admin> {
    const admin = await this.#adminFor(kind);
    admin.on('error', () => {});
    await admin.connect();
    return admin;
  }

  async stop(): Promise<void> {
    const started = [this.#standalone, this.#cluster, this.#sentinels];
    await Promise.all(started.map(async (server) => (await server)?.stop()));
  }

  async #adminFor(kind: ClientKind): Promise<Admin> {
    if (kind.endsWith('cluster')) {
      const { urls } = await this.cluster();
      const rootNodes = urls.map((url) => ({ url }));
      return createCluster({ rootNodes }).withTypeMapping(bytes) as unknown as Admin;
    }
    const server = kind.endsWith('sentinel')
      ? await (await this.sentinels()).master()
      : await this.standalone();
    return createClient({ url: server.url }).withTypeMapping(bytes) as unknown as Admin;
  }
}

/** RESP's strings. */
const bytes = { 36: Buffer };

/** What tests do past the library. */
export interface Admin {
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: string, listener: () => void): unknown;
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer): Promise<unknown>;
  del(key: string): Promise<unknown>;
  dump(key: string): Promise<Buffer>;
  restore(key: string, ttl: number, dump: Buffer, options: { REPLACE: boolean }): Promise<unknown>;
}

function clusterOptions(kind: ClientKind, { urls, nodes }: RedisCluster): RedisOptions {
  if (kind === 'node-redis cluster') return { cluster: { nodes: urls } };
  const ports = nodes.map(({ port }) => port);
  const options = { lazyConnect: true };
  const { client } =
    kind === 'ioredis 6 cluster'
      ? { client: new Cluster(ports, options) }
      : { client: new Cluster5(ports, options) };
  return { client };
}

function sentinelOptions(kind: ClientKind, set: RedisSentinels): RedisOptions {
  const sentinels = set.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  if (kind === 'node-redis sentinel')
    return { client: createSentinel({ name: set.name, sentinelRootNodes: sentinels }) };
  return { client: new Redis({ name: set.name, sentinels, lazyConnect: true }) };
}
