import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Actor } from '../../../test/adversarial/actor.ts';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import type { Measured } from './chaos/measure.ts';
import type { ClientName, Place } from './chaos/setting.ts';

const program = join(import.meta.dirname, 'chaos', 'reconnecting.ts');
const caches = 25;
/** Rounds before it is measured for the first time, and after. */
const [warmUp, rounds] = [5, 40];
const soon = { timeout: 30_000, interval: 10 };
/** A connection that is never let go of keeps ten kilobytes. */
const moreHeapBytes = 6 * 2 ** 20;

describe('1,000 reconnects leave nothing behind', { timeout: 240_000 }, () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  /** Cuts all connections of a process, so often, and waits until they are there again. */
  async function cut(process: Actor, times: number): Promise<void> {
    for (let round = 0; round < times; round++) {
      const before = await process.call<number>('connects');
      for (const type of ['pubsub', 'normal']) await server.ask('CLIENT', 'KILL', 'TYPE', type);
      await vi.waitFor(async () => {
        expect(await process.call<number>('connects')).toBeGreaterThanOrEqual(before + caches);
      }, soon);
    }
    await vi.waitFor(async () => expect(await process.call('areUp')).toBe(true), soon);
  }

  /** What a process holds, with the two connections that each cache needs. */
  async function measured(process: Actor): Promise<Measured> {
    const all = await process.call<Measured>('measure');
    expect(all.sockets).toBe(2 * caches);
    return all;
  }

  it.each<ClientName>(['node-redis', 'ioredis'])('%s', async (client) => {
    const ports = [server.port];
    const place: Place = { topology: 'standalone', client, ports, master: '', proxies: {} };
    const process = Actor.start(program);
    try {
      await process.call('open', [place, caches]);
      await cut(process, warmUp);
      // Clients keep what is closed for some seconds, until their timers ring.
      const before = await vi.waitFor(() => measured(process), soon);
      await cut(process, rounds);
      await vi.waitFor(async () => {
        const after = await measured(process);
        expect(after.listeners).toBeLessThanOrEqual(before.listeners);
        expect(after.heapBytes).toBeLessThan(before.heapBytes + moreHeapBytes);
      }, soon);
      expect(await process.call('unhandled')).toEqual([]);
    } finally {
      await process.end();
    }
  });
});
