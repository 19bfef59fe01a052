import { createClient, createCluster } from 'redis';
import { type Contender, type Opened, type OpenOptions, tenMinutes } from './contender.ts';

/** The client alone, as one would write it by hand: the floor for what asks Redis each time. */
export const nodeRedis: Contender = {
  name: 'node-redis alone',
  package: 'redis',
  note: '`GET` and `JSON.parse`, `SET` after a miss, `SCAN` and `UNLINK` for a pattern',
  open: (options) => openNodeRedis(options, {}),
};

/** The same without the deadline that the client gives each command unless told otherwise. */
export const nodeRedisUntimed: Contender = {
  name: 'node-redis alone, no deadlines',
  package: 'redis',
  note: 'as above, but a command whose answer never comes waits for ever: `commandOptions: { timeout: undefined }`',
  open: (options) => openNodeRedis(options, { commandOptions: { timeout: undefined } }),
};

async function openNodeRedis(
  { url, cluster, name }: OpenOptions,
  options: object,
): Promise<Opened> {
  if (cluster !== undefined) {
    const rootNodes = cluster.map((each) => ({ url: each }));
    return opened(createCluster({ rootNodes, ...options }), name);
  }
  const client = createClient({ url, ...options });
  return {
    ...(await opened(client, name)),
    async readMany(keys) {
      const stored = await client.mGet(keys.map((key) => `${name}:${key}`));
      return stored.map((value) => (value === null ? undefined : JSON.parse(value)));
    },
    async invalidatePattern(pattern) {
      for await (const keys of client.scanIterator({ MATCH: `${name}:${pattern}`, COUNT: 1_000 }))
        if (keys.length > 0) await client.unlink(keys);
    },
  };
}

/** What a client of one server and one of a cluster have alike, as far as it is used here. */
interface Client {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options: { PX: number }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  destroy(): void;
}

/** What is written alike for one server and for a cluster. */
async function opened(client: Client, name: string): Promise<Opened> {
  client.on('error', () => {});
  await client.connect();
  return {
    async read(key, load) {
      const stored = await client.get(`${name}:${key}`);
      if (stored !== null) return JSON.parse(stored);
      const value = await load();
      await client.set(`${name}:${key}`, JSON.stringify(value), { PX: tenMinutes });
      return value;
    },
    invalidateKey: (key) => client.del(`${name}:${key}`),
    close: async () => client.destroy(),
  };
}
