import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { structuredCloneCodec as codec } from './structured-clone-codec.ts';

class Money {
  readonly amount = 5;
}

const cycle: Record<string, unknown> = { list: [1] };
cycle['self'] = [cycle];

describe('structuredCloneCodec', () => {
  it.each<[string, unknown]>([
    ['a cycle', cycle],
    ['a regular expression', /a+/giu],
    ['an ArrayBuffer', Uint8Array.of(1, 2).buffer],
    ['typed arrays', [new Float64Array([1.5]), new BigInt64Array([-1n]), Int8Array.of(-1)]],
    ['an array that once had holes', Object.assign([], { 2: 3, 1: 2, 0: 1 })],
    ['nested arrays that once had holes', [0, 1].map(() => Array(50).fill([1, 'two']))],
    ['one object twice', ((one) => [one, one])({ a: 1 })],
    ['texts of every kind', ['a', 'ü', '\ud800', '💡', 'x'.repeat(300), 'ü'.repeat(200)]],
    ['large and small numbers', [2 ** 31, -(2 ** 31), 2 ** 40, 1e300, 12n ** 50n, -1n]],
  ])('gives back %s', (_what, value) => {
    assert.deepStrictEqual(codec.decode(codec.encode(value)), value);
  });

  it('gives each reader memory of its own', () => {
    const bytes = codec.encode({ a: Buffer.from('abc') });
    const [one, two] = [codec.decode(bytes), codec.decode(bytes)] as { a: Buffer }[];
    one!.a.fill(0);
    bytes.fill(0);
    expect(two!.a.toString()).toBe('abc');
  });

  it.each<[string, unknown, string]>([
    ['an instance', { price: new Money() }, 'value.price is an instance of Money'],
    ['a function', [() => {}], 'value[0] is a function'],
    ['a symbol', Symbol('s'), 'the value is a symbol'],
    ['a symbol as key', { a: { [Symbol('s')]: 1 } }, 'value.a is a symbol as key'],
    ['an object without prototype', Object.create(null), 'an instance of a class'],
    ['an error', new Map([['e', new Error('no')]]), 'an instance of Error'],
    ['a date with fields', Object.assign(new Date(), { zone: 1 }), 'a Date with keys of its own'],
    ['an expression in use', Object.assign(/a/g, { lastIndex: 1 }), 'an instance of RegExp'],
    ['a subclass', new (class List extends Array {})(), 'an instance of List'],
    ['a list with holes', Object.assign([], { 2: 1 }), 'an array with holes or keys'],
    ['a list with keys', Object.assign([1], { extra: 1 }), 'an array with holes or keys'],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(1)), 'memory that is shared'],
    ['memory that grows', new ArrayBuffer(1, { maxByteLength: 2 }), 'changes its size'],
  ])('refuses %s, and says where', (_what, value, message) => {
    expect(() => codec.encode(value)).toThrow(message);
  });

  const nested = Array.from({ length: 500 }, () => [0x41, 0x90, 0x4e]).flat();
  const filler = Array<number>(20_000).fill(0);

  it.each([
    ['promise the same bytes over and over', [...nested, ...filler]],
    ['hold nothing', [0x61, 0x80, 0x80, 0x80, 8, 0x40, 0, 0x80, 0x80, 0x80, 8]],
  ])('makes no room for lists that %s', (_what, lists) => {
    const before = process.memoryUsage().heapUsed;
    const read = () => codec.decode(Uint8Array.from([0xff, 15, ...lists]));
    expect(read).toThrow('not what this codec writes');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', Uint8Array.of()],
    ['a newer version', Uint8Array.of(0xff, 0x70, 0x30)],
    ['an older one', Uint8Array.of(0xff, 0x01, 0x30)],
    ['what others write', serialize(new Error('no'))],
    ['a boxed number', serialize(Object(5))],
    ['a list with holes', serialize(Object.assign([], { 2: 1 }))],
    ['bytes behind its end', Buffer.concat([serialize(1), Buffer.of(0x30)])],
    [
      'a sparse list that holds nothing',
      Uint8Array.of(0xff, 15, 0x61, 0xa0, 0xf3, 0x57, 0xd4, 0x3c),
    ],
    ['a dense one', Uint8Array.of(0xff, 15, 0x41, 0xa0, 0xf3, 0x57)],
    ['a number without end', Uint8Array.of(0xff, 15, 0x49, ...Array(9).fill(0x80))],
  ])('throws for %s', (_what, bytes) => {
    expect(() => codec.decode(bytes)).toThrow();
  });
});
