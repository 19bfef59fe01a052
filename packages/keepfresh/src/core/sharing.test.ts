import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { createTestCaches } from '../testing/create-test-cache.ts';
import { type Cache, type Codec, jsonCodec } from './index.ts';

/** A value, a codec that can carry it, and what a careless caller does with it. */
interface Sample<T = never> {
  readonly make: () => T;
  readonly change: (value: T) => unknown;
  readonly codec?: Codec;
}

class Money {
  cents: number;
  constructor(cents: number) {
    this.cents = cents;
  }
}

const moneyCodec: Codec = {
  ...{ id: 200, name: 'money' },
  encode: (value) => Buffer.from(String((value as Money).cents)),
  decode: (bytes) => new Money(Number(Buffer.from(bytes).toString())),
};

/** Knows circles, and makes them anew. */
const structuredCodec: Codec = { id: 201, name: 'v8', encode: serialize, decode: deserialize };

/** Decodes to functions, which are objects that anybody can change. */
const functionCodec: Codec = {
  ...{ id: 202, name: 'functions' },
  encode: () => new Uint8Array(1),
  decode: () => Object.assign(() => 5, { calls: 0 }),
};

interface Circle {
  name: string;
  self?: Circle;
}

function circle(): Circle {
  const value: Circle = { name: 'a' };
  value.self = value;
  return value;
}

const sample = <T>(of: Sample<T>): Sample => of as unknown as Sample;

const samples: Readonly<Record<string, Sample>> = {
  'nested objects': sample({
    make: () => ({ name: 'lamp', sizes: [{ cm: 10 }] }),
    change: (value) => (value.sizes[0]!.cm = 99),
  }),
  'an array': sample({ make: () => [3, 1, 2], change: (value) => value.sort() }),
  'a Map': sample({
    make: () => new Map([['a', { n: 1 }]]),
    change: (value) => value.set('b', { n: 2 }).delete('a'),
  }),
  'objects in a Map': sample({
    make: () => new Map([['a', { n: 1 }]]),
    change: (value) => (value.get('a')!.n = 99),
  }),
  'a Set': sample({ make: () => new Set([1]), change: (value) => value.clear() }),
  'a Date': sample({ make: () => new Date(5), change: (value) => value.setTime(99) }),
  'a Date beside plain data': sample({
    make: () => ({ at: new Date(5), tags: ['a'] }),
    change: (value) => value.at.setTime(99) + value.tags.push('b'),
  }),
  'a Buffer': sample({ make: () => Buffer.from('abc'), change: (value) => value.fill(0) }),
  'bytes in an object': sample({
    make: () => ({ bytes: Uint8Array.of(1, 2) }),
    change: (value) => (value.bytes[0] = 99),
  }),
  'an instance of a class': sample({
    make: () => new Money(500),
    change: (value) => (value.cents = 99),
    codec: moneyCodec,
  }),
  'a circle': sample({
    make: circle,
    change: (value) => (value.self!.name = 'b'),
    codec: structuredCodec,
  }),
};

/** All that callers can get of one key: of the first process, and of one that finds it in the shared level. */
async function answersOf(first: Cache, second: Cache, load: () => unknown): Promise<unknown[]> {
  const joined = await Promise.all([first.getOrSet('k', load), first.getOrSet('k', load)]);
  const answers: unknown[] = [...joined, first.peek('k'), await first.getOrSet('k', load)];
  for (const cache of [first, second]) {
    const found = await cache.lookup('k');
    answers.push(await cache.get('k'), await cache.getOrSet('k', load), cache.peek('k'));
    answers.push(found.hit ? found.value : undefined);
  }
  return answers;
}

function tryTo(change: (value: never) => unknown, value: unknown): void {
  try {
    change(value as never);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

describe.each(['frozen', 'copied', 'shared'] as const)('with sharing: %s', (sharing) => {
  it.each(Object.entries(samples))(
    'every caller gets of %s what the shared level gives back',
    async (_what, { make, codec = jsonCodec }) => {
      await using tested = createTestCaches(2, { sharing, codec });
      const [first, second] = tested.caches.map(({ cache }) => cache) as [Cache, Cache];
      const loaded = make();
      const answers = await answersOf(first, second, () => loaded);
      expect(answers).toHaveLength(12);
      for (const answer of answers) {
        expect(answer).toStrictEqual(codec.decode(codec.encode(make())));
        expect(answer).not.toBe(loaded);
      }
      expect(Object.isFrozen(loaded)).toBe(false);
    },
  );

  it.each(Object.entries(samples))(
    'who changes %s changes it for nobody, or with `shared` for this process',
    async (_what, { make, change, codec = jsonCodec }) => {
      await using tested = createTestCaches(2, { sharing, codec });
      const [first, second] = tested.caches.map(({ cache }) => cache) as [Cache, Cache];
      const loaded = make();
      const answers = await answersOf(first, second, () => loaded);
      const [changed, unchanged] = [changedOften(make(), change), make()];
      for (const answer of answers.slice(0, 8)) tryTo(change, answer);
      const expected = sharing === 'shared' ? changed : unchanged;
      expect(first.peek('k')).toEqual(expected);
      expect(await first.getOrSet('k', make)).toEqual(expected);
      expect(second.peek('k')).toEqual(unchanged);
      tryTo(change, loaded);
      expect(await first.get('k')).toEqual(expected);
    },
  );
});

/** What becomes of a value that everybody changes, as often as they do. */
function changedOften(value: never, change: (value: never) => unknown): unknown {
  for (let times = 0; times < 8; times++) tryTo(change, value);
  return value;
}

it('copies functions, which freezing would leave to be changed', async () => {
  await using tested = createTestCaches(1, { codec: functionCodec });
  const { cache } = tested.caches[0]!;
  const load = () => ({ calls: 0 });
  (await cache.getOrSet('k', load)).calls = 9;
  expect((await cache.getOrSet('k', load)).calls).toBe(0);
});
