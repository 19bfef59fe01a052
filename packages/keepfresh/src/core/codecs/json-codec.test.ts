import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { jsonCodec } from './json-codec.ts';

function roundTrip(value: unknown): unknown {
  return jsonCodec.decode(jsonCodec.encode(value));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(value: unknown): string {
  return new TextDecoder().decode(jsonCodec.encode(value));
}

function bare(fields: object): object {
  return Object.assign(Object.create(null) as object, fields);
}

function withOwnProto(content: unknown): object {
  return Object.defineProperty({ a: 1 }, '__proto__', {
    value: content,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function nested(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

describe('jsonCodec', () => {
  const faithful: Record<string, unknown> = {
    null: null,
    undefined: undefined,
    true: true,
    'an empty text': '',
    'text with every kind of character': 'a"\\\n\0ü€💡\u2028\u2029',
    'half a surrogate pair': 'a\ud83db',
    'a key with half a surrogate pair': { '\udca1': 1 },
    'the numbers JSON lacks': [Number.NaN, Infinity, -Infinity, -0, 0],
    'the ends of the numbers': [5e-324, -1.7976931348623157e308, 2 ** 53, 0.1],
    'a large whole number': 123456789012345678901234567890n,
    'a negative whole number': -1n,
    'a date': new Date('2026-06-01T12:00:00.123Z'),
    'an invalid date': new Date(Number.NaN),
    'the first and the last date': [new Date(-8.64e15), new Date(8.64e15), new Date(-0)],
    'a map': new Map<unknown, unknown>([
      ['a', 1],
      [{ b: 1 }, new Map([[undefined, null]])],
      [Number.NaN, new Set()],
    ]),
    'a set': new Set<unknown>(['a', 1, undefined, new Set([1n]), { a: new Date(0) }]),
    'a buffer': Buffer.from([0, 255, 128]),
    'an empty buffer': Buffer.alloc(0),
    bytes: Uint8Array.of(1, 2, 3),
    'a part of larger bytes': new Uint8Array(8).fill(7).subarray(2, 5),
    'an object without prototype': bare({ a: 1, b: bare({}) }),
    'an object without prototype that has the mark': bare({ $kf: 1 }),
    'the mark as a key': { $kf: ['date', 0] },
    'the mark as a key, beside others': { $kf: undefined, a: { $kf: { $kf: [] } } },
    'the mark as a text': ['$kf', '"$kf"', { a: '{"$kf":["undefined",null]}' }],
    'an own key named like the prototype': withOwnProto({ polluted: true }),
    'an own prototype key with what JSON lacks': withOwnProto(new Date(5)),
    'keys named like methods': { toString: 1, hasOwnProperty: 2, constructor: 3, length: 4 },
    'an empty key': { '': { '': undefined } },
    'keys that look like numbers': { 10: 'a', 2: 'b', '01': 'c' },
    'missing and undefined fields apart': [{ a: undefined }, {}],
    'a frozen value': Object.freeze({ a: Object.freeze([undefined, 1]) }),
    'a very long array': Array.from({ length: 10_000 }, (_, index) => index),
    '500 levels': nested(500),
  };

  it.each(Object.entries(faithful))('gives back %s', (_what, value) => {
    const back = roundTrip(value);
    assert.deepStrictEqual(back, value);
  });

  it('gives back dates, maps and bytes of their own kind', () => {
    const back = roundTrip([Buffer.of(1), Uint8Array.of(1), new Date(1)]) as object[];
    expect(back.map((item) => item.constructor.name)).toEqual(['Buffer', 'Uint8Array', 'Date']);
  });

  it('writes plain data as plain JSON', () => {
    const plain = { a: [1, 'two', null, true, { b: -1.5 }] };
    expect(textOf(plain)).toBe(JSON.stringify(plain));
  });

  it('marks what JSON lacks', () => {
    expect(textOf({ at: new Date(5), none: undefined })).toBe(
      '{"at":{"$kf":["date",5]},"none":{"$kf":["undefined",null]}}',
    );
  });

  it('leaves the value as it was', () => {
    const value = { a: [undefined, { $kf: 1 }], m: new Map([[1, undefined]]) };
    const before = structuredClone(value);
    jsonCodec.encode(value);
    assert.deepStrictEqual(value, before);
  });

  it('gives each reader a value of its own', () => {
    const bytes = jsonCodec.encode({ a: [1], b: Uint8Array.of(1) });
    const [one, two] = [jsonCodec.decode(bytes), jsonCodec.decode(bytes)] as {
      a: number[];
      b: Uint8Array;
    }[];
    one?.a.push(2);
    one?.b.fill(9);
    bytes.fill(0);
    assert.deepStrictEqual(two, { a: [1], b: Uint8Array.of(1) });
  });

  it('reads bytes that are a part of larger ones', () => {
    const bytes = jsonCodec.encode({ a: 'ü' });
    const larger = new Uint8Array(bytes.length + 20).fill(0x22);
    larger.set(bytes, 7);
    assert.deepStrictEqual(jsonCodec.decode(larger.subarray(7, 7 + bytes.length)), { a: 'ü' });
  });
});

function withHole(): number[] {
  const list: number[] = [];
  list[1] = 2;
  return list;
}

class Money {
  readonly amount = 5;
}

const cycle: { inner: unknown[] } = { inner: [] };
cycle.inner.push(cycle);

describe('jsonCodec refuses what would not come back,', () => {
  const refused: [string, unknown, RegExp][] = [
    ['a function', () => {}, /^the value is a function/],
    ['a symbol', { a: Symbol('s') }, /^value\.a is a symbol/],
    [
      'an instance',
      { list: [1, { price: new Money() }] },
      /^value\.list\[1\]\.price is an instance of Money, /,
    ],
    ['an instance without a name', [new (class {})()], /^value\[0\] is an instance of a class/],
    ['an error', new Error('no'), /instance of Error/],
    ['a boxed number', [Object(5)], /^value\[0\] is an instance of Number/],
    ['a regular expression', /a/, /instance of RegExp/],
    ['a promise', Promise.resolve(1), /instance of Promise/],
    ['a weak map', new WeakMap(), /instance of WeakMap/],
    ['other typed arrays', new Float64Array(1), /instance of Float64Array/],
    ['an array buffer', new ArrayBuffer(1), /instance of ArrayBuffer/],
    ['a subclass of Date', new (class Day extends Date {})(), /instance of Day/],
    ['a subclass of Array', new (class List extends Array {})(), /instance of List/],
    ['a subclass of Map', new (class Table extends Map {})(), /instance of Table/],
    ['an array without prototype', Object.setPrototypeOf([1], null), /instance of a class/],
    ['an instance with a strange constructor', Object.create({ constructor: 5 }), /a class/],
    ['an array with holes', [withHole()], /^value\[0\] is an array with holes or keys/],
    ['an array with keys', Object.assign([1], { extra: 1 }), /array with holes or keys/],
    [
      'an array with a key for each hole',
      Object.assign(withHole(), { extra: 1 }),
      /array with holes or keys/,
    ],
    ['an array with a symbol', Object.assign([1], { [Symbol('s')]: 1 }), /symbol as key/],
    ['a symbol as key', { a: { [Symbol('s')]: 1 } }, /^value\.a is a symbol as key/],
    [
      'a date with fields',
      Object.assign(new Date(0), { zone: 'utc' }),
      /a Date with keys of its own/,
    ],
    ['a map with fields', [Object.assign(new Map(), { a: 1 })], /^value\[0\] is a Map with keys/],
    ['a set with fields', Object.assign(new Set(), { a: 1 }), /a Set with keys of its own/],
    ['a method', { a: 1, toJSON: () => 2 }, /^value\.toJSON is a function/],
    ['a key of a map', new Map([[() => {}, 1]]), /^value\[0\]\[0\] is a function/],
    ['a member of a set', new Set([Symbol('s')]), /^value\[0\] is a symbol/],
    ['501 levels', nested(501), /nested deeper than 500, or a cycle/],
    ['a cycle', cycle, /^value\.inner\[0\]\.inner\[0\].* is nested deeper than 500, or a cycle/],
  ];

  it.each(refused)('%s, and says where', (_what, value, message) => {
    expect(() => jsonCodec.encode(value)).toThrow(
      expect.objectContaining({
        code: 'ENCODE_FAILED',
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});

describe('jsonCodec, given other bytes,', () => {
  const unreadable = [
    '',
    '{',
    'undefined',
    '\ufeff1',
    '{"a":1}x',
    '{"$kf":1}',
    '{"$kf":null}',
    '{"$kf":[]}',
    '{"$kf":["date"]}',
    '{"$kf":["date",1,2]}',
    '{"$kf":["rainbow",1]}',
    '{"$kf":["toString",1]}',
    '{"$kf":["__proto__",{}]}',
    '{"$kf":[["date"],1]}',
    '{"$kf":["undefined",null],"a":1}',
    '{"$kf":["undefined",1]}',
    '{"$kf":["number",5]}',
    '{"$kf":["number","5"]}',
    '{"$kf":["number","abc"]}',
    '{"$kf":["bigint",5]}',
    '{"$kf":["bigint",""]}',
    '{"$kf":["bigint","0x10"]}',
    '{"$kf":["bigint","1.5"]}',
    '{"$kf":["date","2026"]}',
    '{"$kf":["date",{}]}',
    '{"$kf":["map",5]}',
    '{"$kf":["map",[1]]}',
    '{"$kf":["map",[[1]]]}',
    '{"$kf":["map",{"length":0}]}',
    '{"$kf":["set","abc"]}',
    '{"$kf":["set",null]}',
    '{"$kf":["buffer",5]}',
    '{"$kf":["bytes",[1]]}',
    '{"$kf":["bare",5]}',
    '{"$kf":["bare",[1]]}',
    '{"$kf":["bare",null]}',
    '{"$kf":["object",null]}',
    '{"$kf":["object",[1]]}',
    '[1,{"a":{"$kf":["map",[[{"$kf":0},1]]]}}]',
  ];

  it.each(unreadable)('throws for %s', (text) => {
    expect(() => jsonCodec.decode(bytesOf(text))).toThrow();
  });

  it('throws for bytes that are no UTF-8', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
    ]) {
      expect(() => jsonCodec.decode(Uint8Array.from(bytes))).toThrow();
      expect(() => jsonCodec.decode(Buffer.from(bytes))).toThrow();
    }
  });

  it('reads the sign that stands for what is no UTF-8, where somebody wrote it', () => {
    expect(jsonCodec.decode(Buffer.from('"a\uFFFDb"'))).toBe('a\uFFFDb');
  });

  it('throws for levels that no stack holds', { tags: ['thorough'] }, () => {
    expect(() => jsonCodec.decode(bytesOf('['.repeat(1e6)))).toThrow();
    const deep = `${'{"$kf":["set",['.repeat(50_000)}1${']]}'.repeat(50_000)}`;
    expect(() => jsonCodec.decode(bytesOf(deep))).toThrow();
  });

  it('pollutes no prototype', () => {
    const hostile = [
      '{"__proto__":{"polluted":1}}',
      '{"$kf":["bare",{"__proto__":{"polluted":1}}]}',
      '{"$kf":["object",{"__proto__":{"polluted":1},"$kf":1}]}',
      '{"a":{"$kf":["undefined",null]},"__proto__":{"polluted":{"$kf":["undefined",null]}}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"$kf":["map",[["__proto__",{"polluted":1}]]]}',
    ];
    for (const text of hostile) {
      const value = jsonCodec.decode(bytesOf(text)) as { polluted?: unknown };
      expect(value.polluted).toBeUndefined();
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }
  });
});
