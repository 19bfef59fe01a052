import { checkNames } from '../core/check-options.ts';
import { CacheError, invalidArgument } from '../core/errors.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import type { Address } from './connections/connection.ts';
import type { Deployment } from './deployments/deployment.ts';
import type { IoredisClient } from './connections/ioredis-connection.ts';
import {
  deploymentOfIoredis,
  deploymentOfIoredisCluster,
  type IoredisCluster,
} from './deployments/ioredis-deployment.ts';
import type { NodeRedisClient } from './connections/node-redis-connection.ts';
import {
  deploymentOfClient,
  deploymentOfCluster,
  deploymentOfSentinel,
  nodeRedisDial,
  type NodeRedisCluster,
  type NodeRedisSentinel,
} from './deployments/node-redis-deployment.ts';
import type { DurableWait } from './deployments/redis-client.ts';
import { refuseKeyPrefix, refuseReplicas } from './connections/refuse-client.ts';

/** Where Redis is: give one of `url`, `cluster`, `sentinel` and `client`. */
export interface RedisOptions {
  /** `redis[s]://[[user]:password@]host[:port][/database]`; the package `redis` is imported when first used. */
  readonly url?: string | undefined;
  /** A Redis Cluster; the package `redis` is imported when first used. */
  readonly cluster?: RedisClusterOptions | undefined;
  /** A master that Sentinels watch; the package `redis` is imported when first used. */
  readonly sentinel?: RedisSentinelOptions | undefined;
  /**
   * A client of node-redis (`createClient`, `createCluster`, `createSentinel`) or of ioredis (`Redis`,
   * `Cluster`). It is only the model: connections of our own are made from its options, so it need not be
   * connected, and is never closed or written to.
   */
  readonly client?: RedisModelClient | undefined;
  /** Longest time for connecting; 1 ms to 1 minute. @default '2s' */
  readonly connectTimeout?: Duration | undefined;
  /** Have every invalidation wait for replicas, so that a failover does not lose it. @default no waiting */
  readonly durable?: RedisDurableOptions | undefined;
}

/** How many replicas shall have an invalidation before it counts as applied (`WAIT`). */
export interface RedisDurableOptions {
  /** Of the master that has the log; 1 to 16. */
  readonly replicas: number;
  /** How long it waits for them, before it counts as pending and is tried again; 1 ms to 1 minute. @default '500ms' */
  readonly timeout?: Duration | undefined;
}

/** A client whose options are taken. */
export type RedisModelClient =
  | NodeRedisClient
  | NodeRedisCluster
  | NodeRedisSentinel
  | IoredisClient
  | IoredisCluster;

export interface RedisClusterOptions {
  /**
   * Some of the nodes, each as `redis[s]://[[user]:password@]host[:port]`; the others are found through them.
   * All are reached with the user, the password and the encryption of the first.
   */
  readonly nodes: readonly string[];
}

export interface RedisSentinelOptions {
  /** What the Sentinels call the master. */
  readonly name: string;
  /** The Sentinels, each as `redis[s]://[[user]:password@]host[:port]`; the port is 26379 unless given. */
  readonly nodes: readonly string[];
  /** Of the servers; the Sentinels have theirs in their URLs. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** @default 0 */
  readonly database?: number | undefined;
  /** Whether the servers speak TLS. @default as the first Sentinel does */
  readonly tls?: boolean | undefined;
}

/** Options that were checked, with their defaults. */
export interface CheckedRedisOptions {
  readonly deployment: Deployment;
  /** In milliseconds. */
  readonly connectTimeout: number;
  readonly durable: DurableWait | undefined;
}

const places = ['url', 'cluster', 'sentinel', 'client'] as const;

/** Checks what a user gave; throws INVALID_ARGUMENT, and never shows a password. */
export function checkRedisOptions(options: RedisOptions): CheckedRedisOptions {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument(
      'redis()',
      'given { url }, { cluster }, { sentinel } or { client }',
      options,
    );
  checkNames(options, 'redis options', [...places, 'connectTimeout', 'durable']);
  const given = places.filter((place) => options[place] !== undefined);
  if (given.length !== 1) throw notOne(given, options);
  const connectTimeout = parseDuration(options.connectTimeout ?? '2s', 'redis.connectTimeout', {
    min: 1,
    max: 60_000,
  });
  const durable = options.durable && durableWait(options.durable);
  return { deployment: deploymentOf(options, connectTimeout), connectTimeout, durable };
}

function durableWait(options: RedisDurableOptions): DurableWait {
  if (typeof options !== 'object') throw invalidArgument('redis.durable', 'an object', options);
  checkNames(options, 'redis durable options', ['replicas', 'timeout']);
  const { replicas, timeout = '500ms' } = options;
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 16)
    throw invalidArgument('redis.durable.replicas', 'a whole number from 1 to 16', replicas);
  const waitMs = parseDuration(timeout, 'redis.durable.timeout', { min: 1, max: 60_000 });
  return { replicas, waitMs: Math.ceil(waitMs) };
}

function notOne(given: readonly string[], options: RedisOptions): CacheError {
  // As of an environment variable that is not set.
  const absent = places.find((place) => place in options);
  const nothing = absent === undefined ? 'was given none' : `${absent} was undefined`;
  const was = given.length === 0 ? nothing : `was given ${given.join(' and ')}`;
  const message = `redis() must be given one of url, cluster, sentinel and client, but ${was}`;
  return new CacheError('INVALID_ARGUMENT', message);
}

function deploymentOf(options: RedisOptions, timeoutMs: number): Deployment {
  const { url, cluster, sentinel, client } = options;
  if (url !== undefined) {
    checkDatabase(checkUrl(url, 'redis.url'));
    return { kind: 'standalone', dial: nodeRedisDial({ url }, timeoutMs) };
  }
  if (cluster !== undefined) return clusterAt(cluster, timeoutMs);
  if (sentinel !== undefined) return sentinelsAt(sentinel, timeoutMs);
  return deploymentLike(client, timeoutMs);
}

function clusterAt(options: RedisClusterOptions, timeoutMs: number): Deployment {
  if (typeof options !== 'object') throw invalidArgument('redis.cluster', 'an object', options);
  checkNames(options, 'redis cluster options', ['nodes']);
  const urls = checkNodes(options.nodes, 'redis.cluster.nodes');
  return {
    kind: 'cluster',
    nodes: urls.map((url) => addressIn(url, 6379)),
    dial: nodeRedisDial(modelIn(urls[0]!), timeoutMs),
    translate: (address) => address,
  };
}

function sentinelsAt(options: RedisSentinelOptions, timeoutMs: number): Deployment {
  if (typeof options !== 'object') throw invalidArgument('redis.sentinel', 'an object', options);
  const known = ['name', 'nodes', 'username', 'password', 'database', 'tls'];
  checkNames(options, 'redis sentinel options', known);
  const { name, username, password, database } = options;
  if (typeof name !== 'string' || name === '')
    throw invalidArgument('redis.sentinel.name', 'what the Sentinels call the master', name);
  const urls = checkNodes(options.nodes, 'redis.sentinel.nodes');
  const ofSentinels = modelIn(urls[0]!);
  const socket = options.tls === undefined ? ofSentinels.socket : tlsSocket(options.tls);
  const credentials = { ...(username && { username }), ...(password && { password }) };
  return {
    kind: 'sentinel',
    name,
    sentinels: urls.map((url) => addressIn(url, 26_379)),
    dialSentinel: nodeRedisDial(ofSentinels, timeoutMs),
    dial: nodeRedisDial({ ...credentials, ...(database && { database }), socket }, timeoutMs),
    translate: (address) => address,
  };
}

function checkNodes(nodes: unknown, field: string): URL[] {
  if (!Array.isArray(nodes) || nodes.length === 0)
    throw invalidArgument(field, 'a list of at least one URL', nodes);
  return nodes.map((node: unknown, n) => checkUrl(node, `${field}[${n}]`));
}

function checkUrl(url: unknown, field: string): URL {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '')
    return parsed;
  const shown = typeof url === 'string' ? url.replace(/\/\/.*@/, '//…@') : url;
  throw invalidArgument(field, 'redis://host:port or rediss://host:port', shown);
}

function checkDatabase({ pathname }: URL): void {
  if (/^\/?\d*$/.test(pathname)) return;
  throw invalidArgument('the path of redis.url', 'the number of a database, as in /2', pathname);
}

function addressIn({ hostname, port }: URL, otherwise: number): Address {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || otherwise) };
}

/** User, password and encryption, as options of node-redis. */
function modelIn({ username, password, protocol }: URL): { socket: object } {
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    socket: tlsSocket(protocol === 'rediss:'),
  };
}

function tlsSocket(tls: boolean): object {
  return tls ? { tls: true } : {};
}

/** The deployment of a client, by what kind it is: they look alike and behave otherwise. */
function deploymentLike(client: unknown, timeoutMs: number): Deployment {
  const allowed = 'a client of node-redis or ioredis';
  if (typeof client !== 'object' || client === null)
    throw invalidArgument('redis.client', allowed, client);
  if ('isCluster' in client && client.isCluster === true && 'nodes' in client)
    return deploymentOfIoredisCluster(client as IoredisCluster, timeoutMs);
  if ('defineCommand' in client && 'callBuffer' in client)
    return deploymentOfIoredis(client as IoredisClient, timeoutMs);
  if ('nodeClient' in client && '_options' in client)
    return deploymentOfCluster(client as NodeRedisCluster, timeoutMs);
  if ('getSentinelNode' in client)
    return deploymentOfSentinel(client as NodeRedisSentinel, timeoutMs);
  if (!('duplicate' in client && 'sendCommand' in client && 'subscribe' in client))
    throw invalidArgument('redis.client', allowed, client);
  const { keyPrefix, readonly } = (client as NodeRedisClient).options ?? {};
  refuseKeyPrefix(keyPrefix);
  if (readonly === true) refuseReplicas('readonly: true');
  return deploymentOfClient(client as NodeRedisClient, timeoutMs);
}
