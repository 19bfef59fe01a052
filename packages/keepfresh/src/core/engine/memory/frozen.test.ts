import { describe, expect, it } from 'vitest';
import { copyWritable, freezePlain } from './frozen.ts';

class Money {
  cents = 5;
}

describe('freezePlain', () => {
  it.each<[string, unknown]>([
    ['a text', 'a'],
    ['a BigInt', 5n],
    ['null', null],
    ['objects and arrays', { a: [1, { b: 'c' }], d: {} }],
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: [1] })],
  ])('freezes %s', (_what, value) => {
    expect(freezePlain(value)).toBe('frozen');
    expect(Object.isFrozen(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a Date', new Date(5)],
    ['a Map', new Map([['a', {}]])],
    ['a Set', new Set([1])],
    ['a Buffer', Buffer.from('a')],
    ['bytes', Uint8Array.of(1)],
    ['what holds one of them', { a: [{ at: new Date(5) }] }],
  ])('leaves %s writable', (_what, value) => {
    expect(freezePlain(value)).toBe('partly');
    expect(Object.isFrozen(value)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['an instance of a class', new Money()],
    ['one in a Map', new Map([['a', [new Money()]]])],
    ['one beside a Date', [new Date(5), new Money()]],
    ['a function', () => 5],
    ['an array of another class', new (class extends Array {})()],
    ['other bytes', new Uint16Array(1)],
    ['a Date with a key of its own', Object.assign(new Date(5), { zone: 'UTC' })],
    ['an array with holes and a Date', Object.assign(Array(3), { 1: new Date(5) })],
  ])('does not know %s', (_what, value) => {
    expect(freezePlain(value)).toBe('foreign');
  });
});

describe('copyWritable', () => {
  const make = () => ({
    ['__proto__']: [new Date(1)],
    name: 'lamp',
    at: new Date(5),
    sizes: [{ cm: 10 }],
    byName: new Map<unknown, unknown>([[new Date(2), { n: new Set([1]) }]]),
    bare: Object.assign(Object.create(null) as object, { bytes: Uint8Array.of(1, 2) }),
    photo: Buffer.from('abc'),
  });

  it('makes a value that is equal, with what is writable of its own', () => {
    const value = make();
    freezePlain(value);
    const [one, other] = [copyWritable(value), copyWritable(value)] as [typeof value, typeof value];
    expect(one).toStrictEqual(make());
    one.at.setTime(9);
    one.photo.fill(0);
    one.byName.clear();
    expect(other).toStrictEqual(make());
    expect(value).toStrictEqual(make());
  });

  it('shares what is frozen, and freezes the objects that it makes', () => {
    const value = make();
    freezePlain(value);
    const copy = copyWritable(value) as typeof value;
    expect(copy.sizes).toBe(value.sizes);
    expect(copy).not.toBe(value);
    expect([copy, copy.bare, copy.sizes[0]].map((each) => Object.isFrozen(each))).toEqual(
      Array(3).fill(true),
    );
  });
});
