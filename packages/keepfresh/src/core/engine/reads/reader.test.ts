import { describe, expect, it } from 'vitest';
import { createTestCaches } from '../../../testing/create-test-cache.ts';
import { jsonCodec } from '../../codecs/json-codec.ts';

/** Calls `onDecode` in the very block in which a value is taken over from the shared store. */
function listeningCodec() {
  const listening = { onDecode: (): void => {} };
  const codec = {
    ...jsonCodec,
    encode: (value: unknown) => jsonCodec.encode(value),
    decode: (bytes: Uint8Array) => {
      listening.onDecode();
      return jsonCodec.decode(bytes);
    },
  };
  return { codec, listening };
}

describe('a read that is answered by the shared store', () => {
  it('does not answer who came after an own invalidation of a tag', async () => {
    const { codec, listening } = listeningCodec();
    await using world = createTestCaches(2, { codec });
    const [one, two] = world.caches.map(({ cache }) => cache);
    await world.advance(10);
    await one!.getOrSet('k', () => 'old', { tags: ['t'] });
    await world.advance(10);
    let after: Promise<unknown> | undefined;
    listening.onDecode = () => {
      listening.onDecode = () => {};
      queueMicrotask(() => {
        void two!.invalidateTags('t');
        after = two!.getOrSet('k', () => 'new', { tags: ['t'] });
      });
    };
    await two!.getOrSet('k', () => 'new', { tags: ['t'] });
    await world.advance(10);
    expect(await after).toBe('new');
  });
});

describe('a load that fails', () => {
  /** A value that only a failed load may still be answered with, and a loader that fails a second later. */
  async function setUp() {
    const world = createTestCaches(1);
    const { cache, events } = world.caches[0]!;
    await world.advance(10);
    await cache.getOrSet('k', () => 'stale', { ttl: '1s', staleIfError: '1h' });
    await world.advance(2_000);
    let loads = 0;
    const read = (fresh: boolean): Promise<unknown> => {
      const load = async (): Promise<string> => {
        loads++;
        await new Promise<void>((resolve) => world.clock.schedule(1_000, resolve));
        throw new Error('no');
      };
      const value = cache.getOrSet('k', load, { fresh, staleIfError: '1h' });
      return value.catch((error: unknown) => (error as Error).message);
    };
    const served = (): unknown[] =>
      events.flatMap((each) => (each.event === 'load.failed' ? [each.served] : []));
    return { ...world, read, served, loads: () => loads };
  }

  it('answers with the stale value whoever may have it, though who began the load may not', async () => {
    const { advance, close, read, served, loads } = await setUp();
    const insisting = read(true);
    await advance(10);
    const plain = read(false);
    await advance(2_000);
    expect([await insisting, await plain, loads(), served()]).toEqual(['no', 'stale', 1, [true]]);
    await close();
  });

  it('fails once for all who insist on a new value', async () => {
    const { advance, close, read, served, loads } = await setUp();
    const all = [read(true), read(true)];
    await advance(2_000);
    expect([await Promise.all(all), loads(), served()]).toEqual([['no', 'no'], 1, [false]]);
    await close();
  });
});

describe('close', () => {
  it('starts no load for a read that was waiting for the log', async () => {
    const world = createTestCaches(1);
    const { cache } = world.caches[0]!;
    let loads = 0;
    const read = cache.getOrSet('k', () => ++loads).catch((error: unknown) => error);
    await cache.close();
    await world.advance(1_000);
    expect(await read).toMatchObject({ code: 'CLOSED' });
    expect(loads).toBe(0);
  });
});
