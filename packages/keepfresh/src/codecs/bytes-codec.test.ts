import { describe, expect, it } from 'vitest';
import { bytesCodec } from './bytes-codec.ts';

describe('bytesCodec', () => {
  it('writes the bytes as they are, behind one', () => {
    expect([...bytesCodec.encode(Buffer.from([1, 2]))]).toEqual([2, 1, 2]);
    expect([...bytesCodec.encode(Uint8Array.of(1, 2))]).toEqual([3, 1, 2]);
  });

  it.each([
    ['a text', 'text'],
    ['an object', { a: 1 }],
    ['another typed array', new Float64Array(1)],
    ['a number', 5],
  ])('refuses %s', (_what, value) => {
    const refusal = { code: 'ENCODE_FAILED' };
    expect(() => bytesCodec.encode(value)).toThrow(expect.objectContaining(refusal));
  });

  it.each([[[]], [[0, 1]], [[1, 1]], [[4]]])('throws for %j', (bytes: number[]) => {
    expect(() => bytesCodec.decode(Uint8Array.from(bytes))).toThrow('not what this codec writes');
  });
});
