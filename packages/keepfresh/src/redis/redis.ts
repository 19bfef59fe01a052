import { CacheError } from '../core/errors.ts';
import type { Remote, RemoteConnection, RemoteContext } from '../core/ports/remote.ts';
import { linkOptions, type NodeRedisClient } from './node-redis-client.ts';
import { checkRedisOptions, type RedisOptions } from './redis-options.ts';
import { RedisLog } from './redis-log.ts';
import { RedisStore } from './redis-store.ts';
import { StandaloneClient } from './standalone-client.ts';

/**
 * Redis or Valkey as the shared level of a cache: one server, 6.2 or newer. Give a `url`, or the `client`
 * your application already has as the model for connections of our own. Connects in the background; throws
 * INVALID_ARGUMENT for a wrong or unknown option.
 */
export function redis(options: RedisOptions): Remote {
  const { url, client, connectTimeout } = checkRedisOptions(options);
  const create = client === undefined ? fromUrl(url, connectTimeout) : from(client, connectTimeout);
  return {
    kind: 'redis',
    connect: (context) => connect(create, connectTimeout, context),
  };
}

function connect(
  create: () => Promise<NodeRedisClient>,
  connectTimeoutMs: number,
  context: RemoteContext,
): RemoteConnection {
  const client = new StandaloneClient({ create, connectTimeoutMs }, context);
  return {
    store: new RedisStore(client, context.name),
    log: new RedisLog(client, context.name),
    inOrder: true,
    ready: () => client.ready(),
    ping: () => client.ping(),
    close: () => client.close(),
  };
}

function fromUrl(url: string, connectTimeoutMs: number): () => Promise<NodeRedisClient> {
  return async () => {
    const { createClient } = await importPeer();
    return createClient({ url, ...linkOptions(connectTimeoutMs) });
  };
}

function from(client: NodeRedisClient, connectTimeoutMs: number): () => Promise<NodeRedisClient> {
  const socket = client.options?.socket;
  return () => Promise.resolve(client.duplicate(linkOptions(connectTimeoutMs, socket)));
}

async function importPeer(): Promise<typeof import('redis')> {
  try {
    return await import('redis');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CacheError(
      'PEER_MISSING',
      'redis({ url }) needs the package "redis" (node-redis). Run: npm install redis',
      { cause },
    );
  }
}
