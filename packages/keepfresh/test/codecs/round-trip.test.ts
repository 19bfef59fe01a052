import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../src/core/index.ts';
import { createTestCaches } from '../../src/testing/index.ts';
import { everyCodec } from './every-codec.ts';

/** What a reader of the remote gets of a value. */
function throughRemote(codec: Codec, value: unknown): unknown {
  const encoded = codec.encode(value);
  if (codec.pack === undefined) return codec.decode(encoded);
  const unpacked = codec.unpack!(codec.pack(encoded, 'k'), 'k', codec.id);
  return unpacked.codec.decode(unpacked.bytes);
}

describe.each(Object.entries(everyCodec))('%s', (_name, { codec, values }) => {
  it('gives back any value exactly', () => {
    fc.assert(
      fc.property(values, (value) => {
        assert.deepStrictEqual(throughRemote(codec, value), value);
      }),
      { numRuns: 400 },
    );
  });

  it('gives each reader a value that shares nothing', () => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = codec.encode(value);
        const [one, two] = [codec.decode(encoded), codec.decode(encoded)];
        fillBytes(one);
        encoded.fill(0);
        assert.deepStrictEqual(two, value);
      }),
      { numRuns: 100 },
    );
  });

  it('holds in memory what another process reads from the remote', async () => {
    await using world = createTestCaches(2, { codec });
    const [one, two] = world.caches.map(({ cache }) => cache);
    await world.advance(10);
    for (const [index, value] of fc.sample(values, { numRuns: 40, seed: 7 }).entries()) {
      const key = `k${index}`;
      const loaded = await one!.getOrSet(key, () => value, { negativeTtl: '5m' });
      assert.deepStrictEqual(loaded, value);
      expect(await two!.lookup(key)).toStrictEqual({ hit: true, value: loaded, state: 'fresh' });
      assert.deepStrictEqual(two!.peek(key), one!.peek(key));
      assert.deepStrictEqual(two!.peek(key), value);
    }
  });
});

/** Overwrites all bytes in a value. */
function fillBytes(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(99);
  else if (value instanceof Map) [...value].flat().forEach(fillBytes);
  else if (value instanceof Set) value.forEach(fillBytes);
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(fillBytes);
}
