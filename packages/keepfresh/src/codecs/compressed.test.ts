import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressed, type CompressionOptions } from './compressed.ts';
import { framed } from './framed.ts';
import { ids } from './ids.ts';

const text = Buffer.from('a product with a long description. '.repeat(200));
const algorithms = ['zstd', 'gzip', 'brotli', 'lz4'] as const;

describe('compressed', () => {
  it.each(algorithms)('gives back what %s made smaller', (algorithm) => {
    const step = compressed({ algorithm });
    const smaller = step.apply(text, 'a')!;
    expect(smaller.length).toBeLessThan(text.length / 10);
    expect(Buffer.from(step.undo(smaller, 'a'))).toEqual(text);
  });

  it('leaves small bytes alone, and those that would not become smaller', () => {
    expect(compressed().apply(text.subarray(0, 2_048), 'a')).toBeUndefined();
    expect(compressed().apply(text.subarray(0, 2_049), 'a')).toBeDefined();
    expect(compressed({ above: 0 }).apply(Uint8Array.of(1, 2, 3), 'a')).toBeUndefined();
  });

  it('leaves alone what its readers would refuse for its size', () => {
    expect(compressed({ maxBytes: 1_024 }).apply(text, 'a')).toBeUndefined();
  });

  it('reads what the other algorithms of Node.js made', () => {
    const step = compressed({ algorithm: 'brotli' });
    const others = [framed(ids.gzip, gzipSync(text)), framed(ids.zstd, zstdCompressSync(text))];
    for (const bytes of others) expect(Buffer.from(step.undo(bytes, 'a'))).toEqual(text);
  });

  it.each(algorithms)(
    'refuses what becomes larger than it may: %s',
    { tags: ['thorough'] },
    (algorithm) => {
      const bomb = compressed({ algorithm }).apply(Buffer.alloc(30_000_000), 'a')!;
      expect(bomb.length).toBeLessThan(150_000);
      const before = process.memoryUsage().arrayBuffers;
      expect(() => compressed({ algorithm, maxBytes: '1mb' }).undo(bomb, 'a')).toThrow();
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3_000_000);
    },
  );

  it('refuses a frame of zstd that asks for a large window', () => {
    // A frame header of RFC 8878 without content size: the window's logarithm less 10, then an empty last block.
    const frame = (log: number) =>
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (log - 10) << 3, 0x01, 0x00, 0x00);
    const undo = (log: number) => compressed().undo(framed(ids.zstd, frame(log)), 'a');
    expect(undo(23)).toHaveLength(0);
    expect(() => undo(24)).toThrow(/memory|window/i);
  });

  it('tries harder at a higher level', () => {
    const noise = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * 7919) % 1000).join());
    const size = (options: CompressionOptions) => compressed(options).apply(noise, 'a')!.length;
    expect(size({ algorithm: 'gzip', level: 9 })).toBeLessThan(
      size({ algorithm: 'gzip', level: 1 }),
    );
  });

  it.each<[CompressionOptions, string]>([
    [{ algorithm: 'zip' as never }, "algorithm must be 'zstd' or 'gzip' or 'brotli' or 'lz4'"],
    [{ algorithm: 'lz4', level: 1 }, 'level must be absent, as lz4 has no levels'],
    [{ algorithm: 'gzip', level: 10 }, 'level must be a whole number from 1 to 9'],
    [{ level: 0 }, 'level must be a whole number from 1 to 19'],
    [{ above: 'big' }, 'compressed options.above must be'],
    [{ maxBytes: 10 }, 'compressed options.maxBytes must be'],
    [{ threshold: 5 } as never, "has no option 'threshold'"],
  ])('refuses %j', (options, message) => {
    expect(() => compressed(options)).toThrow(message);
  });
});
