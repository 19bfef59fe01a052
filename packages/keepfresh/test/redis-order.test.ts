import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { redis } from '../src/redis/index.ts';

let server: RedisServer;
let cache: Cache;
/** What the server executed, in the order in which its replicas get it. */
const executed: string[] = [];
const monitor: Partial<Record<'client' | 'admin', ReturnType<typeof createClient>>> = {};

beforeAll(async () => {
  server = await startRedis();
  monitor.client = createClient({ url: server.url });
  await monitor.client.connect();
  await monitor.client.monitor((line) => {
    const write = /lua\] "(UNLINK|SET|XADD)" "([^"]*)"/.exec(line);
    if (write !== null) executed.push(`${write[1]} ${write[2]}`);
  });
  monitor.admin = createClient({ url: server.url });
  await monitor.admin.connect();
  cache = createCache({ name: 'order', remote: redis({ url: server.url }) });
  await cache.ready({ within: '60s' });
});

afterAll(async () => {
  await cache?.close();
  for (const client of Object.values(monitor)) client.destroy();
  await server?.stop();
});

/** `write` with what the server wrote just before and after it. */
async function around(write: string): Promise<string[]> {
  const found = (): string[] => {
    const at = executed.indexOf(write);
    return at < 1 ? [] : executed.slice(at - 1, at + 2);
  };
  await vi.waitFor(() => expect(found()).toHaveLength(3), { timeout: 30_000 });
  return found();
}

// Else a replica that takes over may know of an invalidation and have what it removed, and forget the former.
describe('one Redis', () => {
  it('removes what is invalidated before the log knows of it', async () => {
    await cache.set('a', 1);
    await cache.invalidate('a');
    const writes = await around('UNLINK order:a');
    expect(writes).toEqual(['XADD {order}:log', 'UNLINK order:a', 'XADD {order}:log']);
  });

  it('keeps the order when it has forgotten all scripts, or knows the one that appends again', async () => {
    for (const [key, other] of [
      ['c', 'tag'],
      ['d', undefined],
    ] as const) {
      await cache.set(key, 1);
      await monitor.admin!.scriptFlush();
      if (other !== undefined) await cache.invalidateTags(other);
      await cache.invalidate(key);
      const writes = await around(`UNLINK order:${key}`);
      expect(writes).toEqual(['XADD {order}:log', `UNLINK order:${key}`, 'XADD {order}:log']);
    }
  });

  it('stores what is set before the log knows that everything else is over', async () => {
    await cache.set('b', 1);
    const writes = await around('SET order:b');
    expect(writes).toEqual(['XADD {order}:log', 'SET order:b', 'XADD {order}:log']);
  });
});
