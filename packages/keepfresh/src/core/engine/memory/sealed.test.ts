import { describe, expect, it } from 'vitest';
import { jsonCodec } from '../../codecs/json-codec.ts';
import type { Codec } from '../../ports/codec.ts';
import { reveal, seal, type Sharing } from './sealed.ts';

function sealed(value: unknown, sharing: Sharing): unknown {
  return seal(jsonCodec.encode(value), jsonCodec, sharing);
}

const modes: readonly Sharing[] = ['frozen', 'copied', 'shared'];

describe('a sealed value', () => {
  const values: Record<string, unknown> = {
    'a text': 'text',
    'a number': 5,
    null: null,
    undefined: undefined,
    'plain data': { a: [1, { b: 'c' }], d: {} },
    'an object without prototype': Object.assign(Object.create(null), { a: [1] }),
    'a date': { at: new Date(5) },
    'a map of sets': new Map([['a', new Set([1])]]),
    bytes: [Uint8Array.of(1, 2)],
  };

  for (const mode of modes) {
    it.each(Object.entries(values))(`${mode} gives back %s, each time`, (_what, value) => {
      const held = sealed(value, mode);
      expect(reveal(held)).toStrictEqual(value);
      expect(reveal(held)).toStrictEqual(value);
    });
  }

  it('frozen is one for all, frozen all the way down', () => {
    const held = sealed({ a: [1, { b: 'c' }] }, 'frozen');
    const one = reveal(held) as { a: [number, { b: string }] };
    expect(reveal(held)).toBe(one);
    expect(() => (one.a[1].b = 'changed')).toThrow(TypeError);
    expect(() => one.a.push(2 as never)).toThrow(TypeError);
    expect(() => Object.assign(one, { c: 1 })).toThrow(TypeError);
  });

  it.each([
    ['a date', (value: { at: Date }) => value.at.setTime(9), { at: new Date(5) }],
    ['a map', (value: Map<string, number>) => value.set('a', 9), new Map([['a', 1]])],
    ['a set', (value: Set<number>[]) => value[0]?.clear(), [new Set([1])]],
    ['bytes', (value: Uint8Array) => value.fill(9), Uint8Array.of(1)],
  ] as const)('frozen gives each reader %s of its own', (_what, change, value) => {
    const held = sealed(value, 'frozen');
    (change as (revealed: unknown) => void)(reveal(held));
    expect(reveal(held)).toStrictEqual(value);
  });

  it('copied gives each reader a value of its own, which it may change', () => {
    const held = sealed({ a: [1] }, 'copied');
    (reveal(held) as { a: number[] }).a.push(2);
    expect(reveal(held)).toEqual({ a: [1] });
  });

  it('shared is one for all, and not protected', () => {
    const held = sealed({ a: [1] }, 'shared');
    (reveal(held) as { a: number[] }).a.push(2);
    expect(reveal(held)).toEqual({ a: [1, 2] });
  });

  it('frozen copies what a codec of the user makes in a circle, or very deep', () => {
    const codec = (make: () => unknown): Codec => ({
      ...{ id: 40, name: 'own', encode: () => new Uint8Array(), decode: make },
    });
    const circle = (): unknown => {
      const value: Record<string, unknown> = {};
      value['self'] = [value, value];
      return value;
    };
    const held = seal(new Uint8Array(), codec(circle), 'frozen');
    expect(reveal(held)).not.toBe(reveal(held));
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() =>
      seal(
        new Uint8Array(),
        codec(() => deep),
        'frozen',
      ),
    ).not.toThrow();
  });

  it('frozen copies instances that a codec of the user makes', () => {
    class Money {
      amount = 5;
    }
    const codec: Codec = {
      ...{ id: 40, name: 'own', encode: () => new Uint8Array() },
      decode: () => [new Money()],
    };
    const held = seal(new Uint8Array(), codec, 'frozen');
    (reveal(held) as Money[])[0]!.amount = 9;
    expect(reveal(held)).toEqual([{ amount: 5 }]);
  });
});
