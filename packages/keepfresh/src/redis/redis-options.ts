import { checkNames } from '../core/check-options.ts';
import { CacheError, invalidArgument } from '../core/errors.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import type { NodeRedisClient } from './node-redis-client.ts';

/** Where Redis is: give `url` or `client`, not both. */
export interface RedisOptions {
  /** `redis[s]://[[user]:password@]host[:port][/database]`; the package `redis` is imported when first used. */
  readonly url?: string | undefined;
  /**
   * A client made by `createClient` of node-redis. It is only the model: connections of our own are made from
   * its options, so it need not be connected, and is never closed or written to.
   */
  readonly client?: NodeRedisClient | undefined;
  /** Longest time for connecting; 1 ms to 1 minute. @default '2s' */
  readonly connectTimeout?: Duration | undefined;
}

/** Options that were checked, with their defaults. */
export interface CheckedRedisOptions {
  readonly url: string;
  readonly client: NodeRedisClient | undefined;
  /** In milliseconds. */
  readonly connectTimeout: number;
}

const known = ['url', 'client', 'connectTimeout'];

/** Checks what a user gave; throws INVALID_ARGUMENT, and never shows a password. */
export function checkRedisOptions(options: RedisOptions): CheckedRedisOptions {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('redis()', 'given { url } or { client }', options);
  checkNames(options, 'redis options', known);
  const { url, client, connectTimeout = '2s' } = options;
  if ((url === undefined) === (client === undefined))
    throw notEither(url === undefined ? 'neither' : 'both');
  if (url !== undefined) checkUrl(url);
  if (client !== undefined) checkClient(client);
  return {
    url: url ?? '',
    client,
    connectTimeout: parseDuration(connectTimeout, 'redis.connectTimeout', { min: 1, max: 60_000 }),
  };
}

function notEither(given: string): CacheError {
  const message = `redis() must be given either url or client, but was given ${given}`;
  return new CacheError('INVALID_ARGUMENT', message);
}

function checkUrl(url: unknown): void {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '') return;
  const shown = typeof url === 'string' ? url.replace(/\/\/.*@/, '//…@') : url;
  throw invalidArgument('redis.url', 'redis://host:port or rediss://host:port', shown);
}

/** Tells apart the clients that look alike and behave otherwise. */
function checkClient(client: object): void {
  const allowed = 'a client made by createClient of the package "redis"';
  if (typeof client !== 'object' || client === null)
    throw invalidArgument('redis.client', allowed, client);
  if ('defineCommand' in client)
    throw invalidArgument('redis.client', allowed, 'an ioredis client');
  if ('nodeClient' in client || 'masters' in client)
    throw invalidArgument('redis.client', allowed, 'a cluster client');
  if ('getSentinelNode' in client)
    throw invalidArgument('redis.client', allowed, 'a sentinel client');
  if (!('duplicate' in client && 'sendCommand' in client && 'subscribe' in client))
    throw invalidArgument('redis.client', allowed, client);
  const { keyPrefix, readonly } = (client as NodeRedisClient).options ?? {};
  if (keyPrefix !== undefined && keyPrefix !== '')
    throw invalidArgument(
      'redis.client',
      'without keyPrefix (use the name of the cache)',
      keyPrefix,
    );
  if (readonly === true)
    throw invalidArgument('redis.client', 'connected to the master', 'readonly: true');
}
