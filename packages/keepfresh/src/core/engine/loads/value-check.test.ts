import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createTestCache, createTestCaches } from '../../../testing/create-test-cache.ts';
import type { RecordedEvent } from '../../../testing/record-events.ts';
import type { StandardSchema } from '../../ports/standard-schema.ts';

const product = z.object({ id: z.number(), name: z.string() });
const priced = product.extend({ price: z.number().default(0) });

function invalid(events: readonly RecordedEvent[]): unknown[] {
  return events.filter(({ event }) => event === 'value.invalid');
}

/** A schema of the given test, that answers later. */
function slowSchema<T>(accepts: (value: unknown) => boolean): StandardSchema<unknown, T> {
  const validate = async (value: unknown) =>
    accepts(value) ? { value: value as T } : { issues: [{ message: 'is refused' }] };
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

describe('a loaded value that does not fit its schema', () => {
  it('rejects, says what is wrong with it, and is kept nowhere', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches.map(({ cache }) => cache);
    await world.advance(10);
    const bad = { id: 'seven', name: 5 };
    const read = one!.getOrSet('product:7', () => bad, { schema: product });
    await expect(read).rejects.toMatchObject({
      code: 'VALUE_INVALID',
      message: expect.stringMatching(/^the value of product:7 .* id: .*; name: /) as string,
      cause: [{ path: ['id'] }, { path: ['name'] }],
    });
    expect(await one!.get('product:7')).toBeUndefined();
    expect(await two!.get('product:7')).toBeUndefined();
  });

  it('counts as a failed load: a stale value may answer instead', async () => {
    await using test = createTestCache();
    const options = { schema: product, ttl: 1_000, staleIfError: '1h' };
    const good = { id: 7, name: 'Lamp' };
    await test.cache.getOrSet('p', () => good, options);
    await test.advance(2_000);
    expect(await test.cache.getOrSet('p', () => null, options)).toEqual(good);
  });

  it('is told when the loader found nothing and the schema wants something', async () => {
    await using test = createTestCache();
    const read = test.cache.getOrSet('p', () => null, { schema: product });
    await expect(read).rejects.toMatchObject({ code: 'VALUE_INVALID' });
    const nothing = test.cache.getOrSet('q', () => null, { schema: product.nullable() });
    expect(await nothing).toBeNull();
  });

  it('counts as such when the schema throws', async () => {
    await using test = createTestCache();
    const validate = (): never => {
      throw new Error('broken');
    };
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } };
    await expect(test.cache.getOrSet('p', () => 1, { schema })).rejects.toMatchObject({
      code: 'VALUE_INVALID',
      cause: { message: 'broken' },
    });
  });
});

describe('a value that fits', () => {
  it('is what the schema made of it, in memory, in the remote and for its tags', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches.map(({ cache }) => cache);
    await world.advance(10);
    const load = () => ({ id: 7, name: 'Lamp', secret: 'x' });
    const tags = (value: z.output<typeof priced>) => [`price:${value.price}`];
    const first = await one!.getOrSet('p', load, { schema: priced, tags });
    expect(first).toEqual({ id: 7, name: 'Lamp', price: 0 });
    expect(await two!.get('p')).toEqual(first);
    expect((await one!.inspect('p')).memory?.tags).toEqual(['price:0']);
  });

  it('is not checked again by a hit in memory', async () => {
    await using test = createTestCache();
    let checks = 0;
    const schema = product.refine(() => ++checks > 0);
    const read = test.cache.wrap(async () => ({ id: 1, name: 'a' }), { key: () => 'p', schema });
    await read();
    const before = checks;
    const found = await read();
    expect(read.peek()).toBe(found);
    await test.cache.getOrSet('p', () => null, { schema });
    expect(checks).toBe(before);
  });

  it('may be checked by a schema that waits', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches.map(({ cache }) => cache);
    await world.advance(10);
    const schema = slowSchema<number[]>(Array.isArray);
    expect(await one!.getOrSet('p', () => [1], { schema })).toEqual([1]);
    expect(await two!.getOrSet('p', () => [2], { schema })).toEqual([1]);
    await expect(one!.getOrSet('q', () => 5, { schema })).rejects.toThrow('is refused');
  });
});

describe('a cached value that does not fit', () => {
  it('in the remote is a miss and an event, and is loaded anew for all', async () => {
    await using world = createTestCaches(3);
    const [one, two, three] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('p', () => ({ id: 7, name: 'Lamp' }));
    const strict = product.extend({ stock: z.number() });
    const load = () => ({ id: 7, name: 'Lamp', stock: 3 });
    const reads = [1, 2].map(() => two!.cache.getOrSet('p', load, { schema: strict }));
    expect(await Promise.all(reads)).toEqual([load(), load()]);
    expect(invalid(two!.events)).toMatchObject([
      { key: 'p', level: 'remote', error: { code: 'VALUE_INVALID' } },
    ]);
    await world.advance(10);
    const none = () => Promise.reject(new Error('it was in the remote'));
    expect(await three!.cache.getOrSet('p', none, { schema: strict })).toEqual(load());
  });

  it('in memory, where a read without schema took it, is a miss and an event', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('p', () => ({ id: 'seven' }));
    await two!.cache.get('p');
    const wrapped = two!.cache.wrap(async () => ({ id: 7, name: 'Lamp' }), {
      key: () => 'p',
      schema: product,
    });
    expect(wrapped.peek()).toBeUndefined();
    expect(await wrapped()).toEqual({ id: 7, name: 'Lamp' });
    expect(invalid(two!.events)).toMatchObject([{ level: 'memory' }, { level: 'remote' }]);
    expect(wrapped.peek()).toEqual({ id: 7, name: 'Lamp' });
  });

  it('is not used when the schema takes longer than the remote may', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('p', () => 'old');
    let never = true;
    const schema = slowSchema<string>(() => true);
    const validate = (value: unknown) =>
      never ? new Promise<never>(() => {}) : schema['~standard'].validate(value);
    const stuck = { '~standard': { ...schema['~standard'], validate } };
    const read = two!.cache.getOrSet('p', () => 'new', { schema: stuck });
    await world.advance(150);
    never = false;
    await world.advance(100);
    expect(await read).toBe('new');
  });

  it('is served as it was to those who ask without a schema', async () => {
    await using test = createTestCache();
    await test.cache.set('p', 5);
    await expect(test.cache.getOrSet('p', () => 6, { schema: z.string() })).rejects.toThrow();
    await test.cache.set('p', 5);
    expect(await test.cache.get('p')).toBe(5);
    expect(await test.cache.getOrSet('p', () => 'no', { schema: z.number() })).toBe(5);
  });
});

describe('a cached value in an older form', () => {
  it('gets what the schema adds, without being loaded', async () => {
    await using test = createTestCache();
    await test.cache.set('p', { id: 7, name: 'Lamp' });
    const load = () => Promise.reject(new Error('it was in memory'));
    const expected = { id: 7, name: 'Lamp', price: 0 };
    expect(await test.cache.getOrSet('p', load, { schema: priced })).toEqual(expected);
    expect(test.cache.peek('p')).toEqual(expected);
  });

  const migrate = (old: unknown) => {
    const { title, ...rest } = old as { title: string };
    return { ...rest, name: title };
  };

  it('is migrated, and checked afterwards', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.set('p', { id: 7, title: 'Lamp' });
    const load = () => Promise.reject(new Error('it was migrated'));
    const options = { schema: product, migrate };
    expect(await two!.cache.getOrSet('p', load, options)).toEqual({ id: 7, name: 'Lamp' });
    expect(two!.cache.peek('p')).toEqual({ id: 7, name: 'Lamp' });
    expect(invalid(two!.events)).toEqual([]);
  });

  it('is loaded when the migration throws, or gives what does not fit either', async () => {
    await using test = createTestCache();
    for (const old of [null, { id: 7, title: 5 }]) {
      await test.cache.set('p', old);
      const read = test.cache.getOrSet('p', () => ({ id: 8, name: 'New' }), {
        schema: product,
        migrate,
      });
      expect(await read).toEqual({ id: 8, name: 'New' });
    }
    expect(invalid(test.events)).toHaveLength(2);
  });
});

describe('a schema that changes only some of its values', () => {
  // The first load cannot show it.
  const schema = z.string().transform((text) => (text.length > 3 ? text.length : text));

  it('has those loaded by each read, once', async () => {
    await using world = createTestCaches(2);
    await world.advance(10);
    let loads = 0;
    const read = (index: number, text: string) =>
      world.caches[index]!.cache.getOrSet(text, () => (loads++, text), { schema });
    expect(await read(0, 'abc')).toBe('abc');
    for (const index of [0, 0, 1]) expect(await read(index, 'long')).toBe(4);
    expect(loads).toBe(4);
  });
});

describe('a schema that cannot check what it gave out', () => {
  it.each([
    ['another type', z.string().transform((text) => text.length), 'four'],
    ['another value', z.number().transform((n) => n * 2), 4],
  ])('is refused at the first load: %s', async (_what, schema, value) => {
    await using test = createTestCache();
    await expect(test.cache.getOrSet('p', () => value, { schema })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /^schema must be one that gives back its own output/,
      ) as string,
    });
  });

  it('is refused when it is none', async () => {
    await using test = createTestCache();
    const call = (options: object) => test.cache.getOrSet('p', () => 1, options as never);
    await expect(call({ schema: {} })).rejects.toThrow('options.schema must be a Standard Schema');
    await expect(call({ migrate: () => 1 })).rejects.toThrow('options.schema must be');
    await expect(call({ schema: product, migrate: 1 })).rejects.toThrow(
      'migrate must be a function',
    );
    const wrapping = () => test.cache.wrap(() => 1, { key: () => 'p', schema: 5 as never });
    expect(wrapping).toThrow('wrap options.schema must be a Standard Schema');
  });
});

describe('a value that is being checked when it is invalidated', () => {
  it('is not kept', async () => {
    await using world = createTestCaches(2);
    const [one, two] = world.caches;
    await world.advance(10);
    await one!.cache.getOrSet('p', () => 'old');
    const schema = slowSchema<string>((value) => {
      if (value === 'old') void two!.cache.invalidate('p');
      return true;
    });
    const read = two!.cache.getOrSet('p', () => 'new', { schema });
    expect(await read).toBe('new');
    expect(await two!.cache.getOrSet('p', () => 'newer', { schema })).toBe('new');
  });
});
