import { describe, expect, it } from 'vitest';
import { createTestCaches } from '../../testing/create-test-cache.ts';
import { jsonCodec } from '../codecs/json-codec.ts';

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
