/** Runs the checks of both kinds of decorators; ends with what was wrong. Compiled and started by the test. */
import assert from 'node:assert/strict';
import { createCache } from '../../src/core/index.ts';
import { cached, createDecorators } from '../../src/decorators/index.ts';
import { productsWith } from './products.ts';

const cache = createCache({ name: 'decorated', profiles: { short: { ttl: '1s' } } });
const { Base, Derived, Overriding, Wrong } = productsWith(createDecorators(cache));
const products = new Base();

const runsOf = async (call: () => Promise<unknown>): Promise<number> => {
  const before = products.runs;
  await call();
  await call();
  return products.runs - before;
};

assert.deepEqual(await products.find(1), { id: 1, run: 1, from: 'base' });
assert.deepEqual(await products.find(1), { id: 1, run: 1, from: 'base' }, 'kept under its key');
assert.equal(await runsOf(() => products.find(2)), 1);
assert.equal(cached(products, 'find').key(2), 'product:2');
assert.equal(cached(products, 'find').peek(2)?.id, 2);
await cached(products, 'find').invalidate(2);
assert.equal(cached(products, 'find').peek(2), undefined);
assert.equal((await cached(products, 'find').refresh(2)).run, products.runs);
assert.equal(await runsOf(() => products.order({ id: 5 })), 1, 'a function of the arguments');
assert.equal(
  await runsOf(() => products.part({ id: 5, part: 'a:b' })),
  1,
  'a field of an argument',
);
assert.equal(cached(products, 'part').key({ id: 5, part: 'a:b' }), 'order:5:a%3Ab');
assert.equal(await runsOf(() => products.maybe(1)), 1);
assert.equal(await runsOf(() => products.maybe(2)), 2, 'unless');
assert.equal(await runsOf(() => products.maybe(-1)), 2, 'when');
const priced = await products.priced(1);
assert.equal(priced, `priced:1 ${products.runs}`, 'the context of the load');
await cache.invalidateTags('price:0');
assert.equal(await products.priced(1), priced);
await cache.invalidateTags('price:1');
assert.notEqual(await products.priced(1), priced, 'tags that the method added');
assert.equal(await runsOf(() => products.priced(-1)), 2, 'a context also where nothing is kept');
assert.equal(await products.generic('a'), 'a');
assert.equal(await products.overloaded(1), 'number');

const first = await products.search({ a: 1, b: [2] });
assert.equal(
  await products.search({ b: [2], a: 1 }, undefined),
  first,
  'whatever the order of fields',
);
assert.notEqual(await products.search({ a: 1, b: [2] }, 2), first);
await assert.rejects(products.search(products), /argument 1 of Base\.search must be plain data/);
await assert.rejects(
  products.search({ a: { b: () => 1 } }),
  /argument 1 of Base\.search\.a\.b must be data/,
);
await assert.rejects(
  products.part({ id: 5 } as never),
  /\{0\.part\} of Base\.part must be a string/,
);
await assert.rejects(products.fails(7), /no 7/);

await products.find(3, 9);
await products.change(3);
assert.equal(cached(products, 'find').peek(3), undefined, 'evicted by key');
await products.find(3, 9);
await assert.rejects(products.changeVendor(-1, 9), /refused/);
assert.equal(cached(products, 'find').peek(3, 9)?.id, 3, 'kept: the change failed');
await products.changeVendor(1, 9);
assert.equal(cached(products, 'find').peek(3, 9), undefined, 'evicted by tag');
await products.changeOrder(5);
assert.equal(
  cached(products, 'part').peek({ id: 5, part: 'a:b' }),
  undefined,
  'evicted by pattern',
);
await products.find(4);
await products.forgetAll();
assert.equal(cached(products, 'find').peek(4), undefined);
await products.save(4, 8);
assert.deepEqual(await products.find(4), { id: 4, run: 8, from: 'saved' }, 'written through');
await products.save(4, 7);
assert.notEqual((await products.find(4)).run, 7, 'an older version is not kept');

assert.equal((await new Derived().find(70)).from, 'derived', 'the method sees its own object');
assert.equal(await Base.make(1), 'Base 1');
assert.equal(products.find.name, 'find');
assert.equal(products.change.length, 1);
assert.throws(() => cached(products, 'change'), /a method with @Cacheable/);
await assert.rejects(products.refusing(), /no answer/);
await assert.rejects(
  products.wrongOption(),
  /^CacheError: @Cacheable of Base\.wrongOption: wrap options\.profile must be 'short'/,
);

assert.equal(await runsOf(() => products.both(1)), 1, 'a cached method that evicts something else');
assert.equal(cached(products, 'both').key(1), 'both:1');

const overriding = new Overriding();
assert.deepEqual(await overriding.find(80), { id: 80, run: 1, from: 'both' }, 'of the same key');
assert.deepEqual(await overriding.find(80), { id: 80, run: 1, from: 'both' });
assert.equal(await overriding.generic('b'), 'b');
assert.equal(cache.peek('generic:b'), 'b', 'under both keys, where they differ');
assert.equal(cache.peek('longer:b'), 'b');

const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));
const wrong = new Wrong() as unknown as Record<string, (id: number) => unknown>;
for (const name of ['sync', 'change', 'save']) {
  for (const id of [1, 2]) {
    const result = wrong[name]!(id);
    assert.ok(result instanceof Promise, 'what a method returns at once becomes a promise');
    assert.equal(await result, id);
  }
}
for (const id of [-1, 1]) await assert.rejects(wrong['failing']!(id) as Promise<void>, /at once/);
await new Promise((resolve) => setImmediate(resolve));
assert.deepEqual(
  warnings,
  [
    ['sync', 'Cacheable'],
    ['change', 'CacheEvict'],
    ['save', 'CacheWriteThrough'],
  ].map(
    ([name, by]) =>
      `Wrong.${name} is decorated with @${by}, and returned no promise: its callers get one`,
  ),
  'and each is warned of once',
);

const { Cacheable, CacheEvict } = createDecorators(cache);
assert.throws(
  () => Cacheable({ ttl: '1m' } as never)({}, 'find', { value: async () => 1 } as never),
  /'key', or a 'name'/,
);
assert.throws(() => Cacheable({ key: 'a', tll: 5 } as never), /has no option 'tll'/);
assert.throws(
  () => Cacheable({ key: 'a:{0}{1}' })({}, 'find', { value: async () => 1 } as never),
  /such as ':'/,
);
assert.throws(
  () => Cacheable({ key: 'a:{0' })({}, 'find', { value: async () => 1 } as never),
  /like 'user:\{0\}:profile'/,
);
assert.throws(() => CacheEvict({}), /keys, tags or patterns/);
assert.throws(() => CacheEvict({ keys: 'a', strict: true }), /at: 'before' or 'after'/);
await cache.close();
