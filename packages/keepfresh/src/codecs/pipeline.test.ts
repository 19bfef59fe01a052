import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Codec, jsonCodec } from '../core/index.ts';
import { createTestCaches } from '../testing/index.ts';
import { compressed } from './compressed.ts';
import { encrypted } from './encrypted.ts';
import { framed } from './framed.ts';
import { ids } from './ids.ts';
import { messagePackCodec } from './message-pack-codec.ts';
import { pipeline, type PipelineOptions } from './pipeline.ts';
import type { Step } from './step.ts';

const keys = [{ id: 'a', secret: Buffer.alloc(32, 1) }];
const large = { text: 'word '.repeat(2_000) };

/** What another program makes of a value, read by a program of its own. */
function between(writer: Codec, reader: Codec, value: unknown = large): unknown {
  const packed = writer.pack?.(writer.encode(value), 'k') ?? writer.encode(value);
  const { codec, bytes } = reader.unpack!(packed, 'k', writer.id);
  return codec.decode(bytes);
}

describe('a pipeline', () => {
  it('keeps in memory what its codec encoded, and packs it for the remote', () => {
    const codec = pipeline({ steps: [compressed()] });
    const bytes = codec.encode(large);
    expect(bytes).toEqual(jsonCodec.encode(large));
    expect(codec.pack!(bytes, 'k').length).toBeLessThan(bytes.length / 10);
  });

  it('reads what its own codec wrote before there was a pipeline', () => {
    expect(between(jsonCodec, pipeline({ steps: [compressed()] }))).toEqual(large);
  });

  it('reads what it wrote with another codec or other steps, where it is told of them', () => {
    const before = pipeline({
      codec: messagePackCodec(),
      steps: [compressed({ algorithm: 'lz4' })],
    });
    const after = pipeline({
      steps: [compressed()],
      reads: [messagePackCodec(), compressed({ algorithm: 'lz4' })],
    });
    expect(between(before, after)).toEqual(large);
    expect(() => between(before, pipeline({ steps: [compressed()] }))).toThrow(
      '19 is no codec or step that this pipeline knows',
    );
  });

  it('reads what was compressed by any algorithm of Node.js', () => {
    const reader = pipeline({ steps: [compressed()] });
    for (const algorithm of ['gzip', 'brotli', 'zstd'] as const) {
      expect(between(pipeline({ steps: [compressed({ algorithm })] }), reader)).toEqual(large);
    }
  });

  it('refuses what is not encrypted, unless it is to accept it', () => {
    const plain = pipeline({ steps: [compressed()] });
    const strict = pipeline({ steps: [compressed(), encrypted({ keys })] });
    const lenient = pipeline({ steps: [compressed(), encrypted({ keys, acceptPlain: true })] });
    for (const writer of [plain, jsonCodec]) {
      expect(() => between(writer, strict)).toThrow('it was not encrypted');
      expect(between(writer, lenient)).toEqual(large);
    }
  });

  it('refuses what was made to be undone over and over', () => {
    const once = framed(ids.gzip, gzipSync('x'));
    const twice = framed(ids.gzip, gzipSync(once));
    const read = () => pipeline({ steps: [compressed()] }).unpack!(twice, 'k', ids.pipeline);
    expect(read).toThrow('more than once');
  });

  it('takes steps of your own', () => {
    const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
    const own: Step = {
      name: 'flipped',
      ids: [200],
      apply: (bytes) => Buffer.concat([Uint8Array.of(200), flip(bytes)]),
      undo: (bytes) => flip(bytes.subarray(1)),
    };
    const codec = pipeline({ steps: [own] });
    expect(codec.name).toBe('pipeline of json, flipped');
    expect(between(codec, codec)).toEqual(large);
  });

  it.each<[string, object, string]>([
    ['an unknown option', { code: jsonCodec }, "has no option 'code'"],
    ['no codec', { codec: {} }, 'codec must be an object with the methods encode, decode'],
    ['a pipeline in it', { codec: pipeline() }, 'must be a codec that packs nothing itself'],
    ['no list', { steps: compressed() }, 'pipeline options.steps must be a list'],
    ['a codec as step', { steps: [jsonCodec] }, 'steps[0] must be an object with the methods'],
    ['one step twice', { steps: [compressed(), compressed()] }, 'two parts with the id 18'],
    ['a codec twice', { reads: [jsonCodec] }, 'two parts with the id 1'],
    ['a strange id', { codec: { ...jsonCodec, id: 256 } }, 'codec.id must be whole numbers'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => pipeline(options as PipelineOptions)).toThrow(message);
  });
});

describe('a cache with a pipeline', () => {
  const codec = pipeline({ steps: [compressed(), encrypted({ keys })] });

  it('shows nothing of its values in the remote, and reads them in other processes', async () => {
    await using world = createTestCaches(2, { codec });
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('k', () => ({ iban: 'DE00' }));
    expect(await two!.cache.get('k')).toEqual({ iban: 'DE00' });
    const record = await world.hub.store('test').read('k');
    expect(Buffer.from(record!.payload).includes('iban')).toBe(false);
    expect((await two!.cache.inspect('k')).memory?.bytes).toBeLessThan(250);
  });

  it('takes a record that was moved to another key for a miss, and says so', async () => {
    await using world = createTestCaches(2, { codec });
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('user:1', () => 'one');
    await one!.cache.getOrSet('user:2', () => 'two');
    const store = world.hub.store('test');
    const moved = await store.read('user:1');
    await store.put('user:2', { ...moved!, token: 'f'.repeat(32) }, 60_000);
    expect(await two!.cache.lookup('user:2')).toEqual({ hit: false, reason: 'unreadable' });
    expect(two!.events).toContainEqual({
      event: 'remote.unreadable',
      key: 'user:2',
      error: expect.objectContaining({
        message: expect.stringContaining('another key') as string,
      }) as Error,
    });
    expect(await two!.cache.getOrSet('user:2', () => 'loaded')).toBe('loaded');
  });

  it('shows nothing of what is set either', async () => {
    await using world = createTestCaches(2, { codec });
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.set('k', 'DE00');
    await one!.cache.set('versioned', 'DE00', { version: 2 });
    for (const key of ['k', 'versioned']) {
      const { payload } = (await world.hub.store('test').read(key))!;
      expect(Buffer.from(payload).includes('DE00')).toBe(false);
      expect(await two!.cache.get(key)).toBe('DE00');
    }
  });

  it('binds values to the name of the cache', async () => {
    await using world = createTestCaches(1, { codec, name: 'one' });
    await world.advance(10);
    await world.caches[0]!.cache.getOrSet('k', () => 'one');
    const { payload } = (await world.hub.store('one').read('k'))!;
    const readBy = (name: string) => codec.forCache!(name).unpack!(payload, 'k', codec.id);
    expect(jsonCodec.decode(readBy('one').bytes)).toBe('one');
    expect(() => readBy('two')).toThrow('another key');
  });

  it('takes what it cannot read for a miss, and replaces it', async () => {
    await using world = createTestCaches(2, { codec });
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('k', () => 'v');
    const store = world.hub.store('test');
    const record = await store.read('k');
    for (const change of [{ codec: 1 }, { codec: 99 }, { payload: Uint8Array.of() }]) {
      await store.put('k', { ...record!, ...change, token: 'f'.repeat(32) }, 60_000);
      expect(await two!.cache.lookup('k')).toEqual({ hit: false, reason: 'unreadable' });
    }
    await two!.cache.getOrSet('k', () => 'new');
    expect((await store.read('k'))!.codec).toBe(codec.id);
  });
});
