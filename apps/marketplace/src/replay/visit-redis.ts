import { createClient } from 'redis';

/** How long Redis may take to accept a connection, in milliseconds. */
const connectTimeout = 2_000;

/** The version of the Redis server there. Rejects with one sentence when it cannot be used. */
export function redisVersion(url: string): Promise<string> {
  return visitRedis(url, async (client) => {
    const [, version] = /redis_version:(\S+)/.exec(await client.info('server')) ?? [];
    return version ?? 'of unknown version';
  });
}

/** Removes what a cache of this name left: its entries and, in braces, what it kept about itself. */
export function removeRedisKeys(url: string, cacheName: string): Promise<void> {
  return visitRedis(url, async (client) => {
    for (const MATCH of [`${cacheName}:*`, `{${cacheName}}:*`]) {
      for await (const keys of client.scanIterator({ MATCH, COUNT: 1_000 })) {
        if (keys.length > 0) await client.unlink(keys);
      }
    }
  });
}

type Client = ReturnType<typeof connection>;

function connection(url: string) {
  return createClient({ url, socket: { connectTimeout, reconnectStrategy: false } });
}

/** Connects for as long as the work takes. */
async function visitRedis<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = connection(url);
  // What fails rejects below; without a listener it would end the process as well.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const place = new URL(url).host;
    throw new Error(`REDIS_URL: Redis at ${place} cannot be used (${code ?? message}).`);
  } finally {
    client.destroy();
  }
}
