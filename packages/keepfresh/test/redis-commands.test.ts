import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { redis } from '../src/redis/index.ts';
import { type LuaSource, scriptFor } from '../src/redis/scripts/script.ts';
import * as sources from '../src/redis/scripts/scripts.ts';
import { closedAfterTest } from './closed-after-test.ts';

let server: RedisServer;

/** The name of each script, by its digest in both forms. */
const scripts = new Map(
  Object.entries(sources).flatMap(([name, source]) =>
    [0, 7].map((version) => [scriptFor(source as LuaSource, version).sha, name] as const),
  ),
);

/** What clients have sent, in order: commands, and scripts by their names. */
const sent: string[] = [];
let monitor: ReturnType<typeof createClient>;

beforeAll(async () => {
  server = await startRedis();
  monitor = createClient({ url: server.url });
  await monitor.connect();
  await monitor.monitor((line) => {
    const [, command, sha] = /^\S+ \[\d+ [^l\]]\S*\] "(\w+)"(?: "(\w+)")?/.exec(line) ?? [];
    if (command !== undefined) sent.push(scripts.get(sha ?? '') ?? command);
  });
});
afterAll(async () => {
  monitor.destroy();
  await server.stop();
});

/** A process of the shop without memory of its own, that knows all scripts and trusts. */
async function shop(): Promise<Cache> {
  const remote = redis({ url: server.url });
  const cache = closedAfterTest(
    createCache({
      name: 'shop',
      memory: false,
      remote,
      coherence: { maxLag: '30s' },
      // Nothing is given up on a machine that is busy.
      timeouts: { remote: '20s', invalidate: '20s' },
    }),
  );
  await cache.ready({ within: '60s' });
  await cache.getOrSet('warm', () => 1);
  await cache.invalidateTags('warm');
  return cache;
}

/** Resolves when all that was sent is known. */
async function monitored(): Promise<void> {
  const echoes = (): number => sent.filter((name) => name === 'ECHO').length;
  const before = echoes();
  await server.ask('ECHO', 'over');
  await expect.poll(echoes, { timeout: 30_000 }).toBeGreaterThan(before);
}

/** What is sent for an operation, up to `last`. What is sent now and then, and nobody waits for, does not count. */
async function sentFor(operation: () => Promise<unknown>, last: string): Promise<string[]> {
  await monitored();
  sent.length = 0;
  await operation();
  await expect.poll(() => sent.includes(last), { timeout: 30_000 }).toBe(true);
  await monitored();
  return sent.filter((name) => !/^(beat.*|PING|ECHO|INFO|TIME)$/.test(name));
}

describe('what is sent to Redis', () => {
  it('for a hit, with tags or without, is one GET', async () => {
    const [one, two] = [await shop(), await shop()];
    const tags = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await one.set('plain', 1);
    await one.set('tagged', 1, { tags });
    expect(await sentFor(() => two.get('plain'), 'GET')).toEqual(['GET']);
    expect(await sentFor(() => two.get('tagged'), 'GET')).toEqual(['GET']);
  });

  it('for a miss is a GET, the lease and the fill', async () => {
    const cache = await shop();
    const miss = (): Promise<unknown> => cache.getOrSet('missing', () => 1);
    expect(await sentFor(miss, 'fillLua')).toEqual(['GET', 'acquireLua', 'fillLua']);
  });

  it('for an invalidation by tag or pattern is one script', async () => {
    const cache = await shop();
    const byTag = (): Promise<unknown> => cache.invalidateTags(['a', 'b']);
    expect(await sentFor(byTag, 'appendLua')).toEqual(['appendLua']);
    const byPattern = (): Promise<unknown> => cache.invalidatePattern('user:*');
    expect(await sentFor(byPattern, 'appendLua')).toEqual(['appendLua']);
  });

  it('for a hit of a process that is younger than the value is one question more, about its tags', async () => {
    const one = await shop();
    await one.set('old', 1, { tags: ['a', 'b'] });
    // The log forgets what it told of in the last minute.
    for (const tag of ['x', 'y']) await one.invalidateTags(tag);
    await server.ask('XTRIM', '{shop}:log', 'MAXLEN', '1');
    // The first to ask sends the script with its text.
    await (await shop()).get('old');
    const two = await shop();
    const hit = (): Promise<unknown> => two.get('old');
    expect(await sentFor(hit, 'tagPositionsLua')).toEqual(['GET', 'tagPositionsLua']);
    expect(await hit()).toBe(1);
    expect(await sentFor(hit, 'GET')).toEqual(['GET']);
  });
});
