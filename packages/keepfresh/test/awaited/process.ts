/**
 * A program that nothing keeps alive but the calls it waits for: its Redis is away, and it has no timer and no socket.
 * It prints what became of each call.
 */
import { CacheError, createCache } from '../../src/core/index.ts';
import { redis } from '../../src/redis/index.ts';

function never(): Promise<never> {
  return new Promise(() => {});
}

async function tell(call: string, result: Promise<unknown>): Promise<void> {
  const told = await result.then(String, (error: unknown) =>
    error instanceof CacheError ? error.code : String(error),
  );
  console.log(`${call}: ${told}`);
}

const alone = createCache({ name: 'alone' });
await tell('load', alone.getOrSet('a', never, { loadTimeout: '50ms' }));

const remote = redis({ url: `redis://127.0.0.1:${process.argv[2]}` });
const cache = createCache({ name: 'awaited', remote });
await tell('ready', cache.ready({ within: '300ms' }));
await tell(
  'read',
  cache.getOrSet('b', () => 'loaded'),
);
await tell(
  'many',
  cache.getOrSetMany(['b', 'c'], (keys) => keys),
);
await tell('invalidate', cache.invalidate('b'));
await tell(
  'mutate',
  cache.mutate({ keys: 'b' }, () => 'changed', { onPending: () => {} }),
);
let attempts = 0;
const queue = cache.writeBehind<string>(
  () => {
    if (++attempts < 3) throw new Error('not yet');
  },
  { backOff: '20ms' },
);
await queue.set('d', 'written');
await tell('flush', queue.flush());
// What hangs for good holds nobody up once the cache is closed.
void cache.mutate({ keys: 'b' }, never).catch(() => {});
void cache.getOrSet('e', never).catch(() => {});
await tell('close', cache.close());
await alone.close();
console.log('end');
