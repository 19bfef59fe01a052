import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { messagePackCodec } from './message-pack-codec.ts';

const codec = messagePackCodec();

describe('messagePackCodec', () => {
  it('writes plain data as anybody else does', () => {
    const plain = { a: [1, 'two', null, true, { b: -1.5 }], c: 2 ** 40 };
    expect([...codec.encode(plain)]).toEqual([...encode(plain)]);
  });

  it('writes bytes as bytes', () => {
    expect(codec.encode(Buffer.alloc(10_000)).length).toBeLessThan(10_030);
  });

  it('is smaller than a buffer that grew would be', () => {
    expect(codec.encode('x'.repeat(5_000)).buffer.byteLength).toBeLessThan(5_010);
  });

  it('keeps halves of surrogate pairs in texts and keys of any length', () => {
    const half = `${'x'.repeat(300)}\ud800`;
    const back = codec.decode(codec.encode({ [half]: half, short: '\udc00' }));
    expect(back).toStrictEqual({ [half]: half, short: '\udc00' });
  });

  it('refuses what would not come back, and says where', () => {
    expect(() => codec.encode({ at: [new Error('no')] })).toThrow(
      'value.at[0] is an instance of Error, which MessagePack cannot restore',
    );
  });

  it.each([
    ['nothing', []],
    ['a list that is not whole', [0x92, 1]],
    ['more than one value', [1, 1]],
    ['what no list of so few bytes can hold', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['a map without its values', [0xdf, 0x7f, 0xff, 0xff, 0xff, 0xa1, 0x61]],
    ['a text that is cut', [0xd9, 5, 0x61]],
    ['a type that is never used', [0xc1]],
    ['a date of others', [0xd6, 0xff, 0, 0, 0, 1]],
    ['an extension of others', [0xc7, 1, 5, 0]],
    ['bytes without a mark', [0xc4, 1, 5]],
    ['a key that could be the prototype', [0x81, 0xa9, ...Buffer.from('__proto__'), 0x80]],
    ['levels that no stack holds', Array.from({ length: 100_000 }, () => 0x91)],
  ])('throws for %s', (_what, bytes) => {
    expect(() => codec.decode(Uint8Array.from(bytes))).toThrow();
  });

  it('makes no room for lists that promise the same bytes over and over', () => {
    const lists = Array.from({ length: 1_000 }, () => [0xdd, 0, 0, 0x13, 0x88]).flat();
    const before = process.memoryUsage().heapUsed;
    expect(() => codec.decode(Uint8Array.from(lists))).toThrow('not what this codec writes');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
  });
});
