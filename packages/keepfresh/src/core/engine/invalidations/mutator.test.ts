import { describe, expect, it, vi } from 'vitest';
import { createTestCaches } from '../../../testing/create-test-cache.ts';
import type { Cache } from '../../cache.ts';
import type { CacheOptions } from '../../options.ts';

/** Two processes that trust; the log can be made to fail. */
async function setUp(options: Pick<CacheOptions, 'logger'> = {}) {
  const test = createTestCaches(2, options);
  const [one, two] = test.caches.map(({ cache }) => cache);
  const log = test.hub.log('test');
  const fail = (): (() => void) => {
    const append = vi.spyOn(log, 'append').mockRejectedValue(new Error('away'));
    return () => append.mockRestore();
  };
  await test.advance(100);
  return { test, one: one!, two: two!, fail };
}

/** A function that changes the source, until it is told to end. */
function change() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { run: () => promise, commit: () => resolve('done') };
}

describe('a mutation whose marker the log cannot take', () => {
  it('runs all the same, tells of it, and resolves as its function does', async () => {
    const { test, one, two, fail } = await setUp();
    await using _ = test;
    await two.getOrSet('k', () => 'old');
    const told: unknown[] = [];
    one.on('invalidation.pending', ({ targets }) => told.push(targets));
    const mend = fail();
    const pending: unknown[] = [];
    const onPending = (error: unknown): void => void pending.push(error);
    const mutation = one.mutate({ keys: 'k' }, () => 'done', { onPending });
    await test.advance(5_000);
    expect(await mutation).toBe('done');
    expect(told).toHaveLength(2);
    expect(pending).toMatchObject([{ code: 'INVALIDATION_PENDING' }]);
    mend();
    await test.advance(2_000);
    expect(await two.get('k')).toBeUndefined();
    await one.getOrSet('k', () => 'new');
    expect(one.peek('k')).toBe('new');
  });

  it('does not run where the marker is required, and keeps nobody from loading', async () => {
    const { test, one, fail } = await setUp();
    await using _ = test;
    const mend = fail();
    const run = vi.fn();
    const refused = expect(
      one.mutate({ keys: 'k' }, run, { marker: 'required' }),
    ).rejects.toMatchObject({ code: 'MARKER_FAILED', cause: { code: 'INVALIDATION_PENDING' } });
    await test.advance(5_000);
    await refused;
    mend();
    await test.advance(2_000);
    await one.getOrSet('k', () => 'loaded');
    expect([run.mock.calls.length, one.peek('k')]).toEqual([0, 'loaded']);
  });
});

describe('the listener of a mutation', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken listener'))],
  ])('does not change what becomes of the function when it %s', async (_, onPending) => {
    const errors: string[] = [];
    const logger = { warn: () => {}, error: (message: string) => void errors.push(message) };
    const { test, one, fail } = await setUp({ logger });
    await using __ = test;
    fail();
    const committed = one.mutate({ keys: 'k' }, () => 'done', { onPending });
    const failing = (): never => {
      throw new Error('deadlock');
    };
    const rolledBack = expect(one.mutate({ keys: 'k' }, failing, { onPending })).rejects.toThrow(
      'deadlock',
    );
    await test.advance(5_000);
    await rolledBack;
    expect(await committed).toBe('done');
    const told = "keepfresh: a listener of 'onPending' threw: Error: broken listener";
    expect(errors).toEqual([told, told]);
  });
});

describe('a mutation that takes long', () => {
  it('tells its function when its time is over, and is in force when that ends', async () => {
    const { test, one, two } = await setUp();
    await using _ = test;
    const { run, commit } = change();
    let signal: AbortSignal | undefined;
    const takeLong = (given: AbortSignal): Promise<string> => {
      signal = given;
      return run();
    };
    const mutation = one.mutate({ keys: 'k' }, takeLong, { timeout: '1s' });
    await test.advance(999);
    expect(signal?.aborted).toBe(false);
    await test.advance(1);
    expect(signal?.reason).toMatchObject({ code: 'LOAD_TIMEOUT' });
    // The hold has ended: loads are kept again.
    await test.advance(5_000);
    await two.getOrSet('k', () => 'old');
    expect(two.peek('k')).toBe('old');
    commit();
    await test.advance(100);
    expect(await mutation).toBe('done');
    expect(two.peek('k')).toBeUndefined();
  });

  it('is waited for when the cache is closed, so that its hold ends with it', async () => {
    const { test, one, two } = await setUp();
    await using _ = test;
    const { run, commit } = change();
    const mutation = one.mutate({ keys: 'k' }, run);
    await test.advance(10);
    const closing = one.close();
    await test.advance(500);
    commit();
    await test.advance(100);
    expect(await mutation).toBe('done');
    await closing;
    await two.getOrSet('k', () => 'new');
    expect(two.peek('k')).toBe('new');
  });

  it('is not waited for longer than a second, and tells that its invalidation is lost', async () => {
    const { test, one } = await setUp();
    await using _ = test;
    const pending: unknown[] = [];
    const lost = vi.fn();
    one.on('invalidation.lost', lost);
    const { run, commit } = change();
    const onPending = (error: unknown): void => void pending.push(error);
    const mutation = one.mutate({ keys: 'k' }, run, { onPending });
    await test.advance(10);
    const closed = vi.fn();
    void one.close().then(closed);
    await test.advance(990);
    expect(closed).not.toHaveBeenCalled();
    await test.advance(10);
    expect(closed).toHaveBeenCalledOnce();
    commit();
    await test.advance(0);
    expect(await mutation).toBe('done');
    expect(lost.mock.calls).toEqual([[{ changes: 1 }]]);
    expect(pending).toMatchObject([{ code: 'CLOSED' }]);
  });
});

describe('a mutation that runs when the log loses its history', () => {
  const isKept = async (cache: Cache): Promise<boolean> => {
    await cache.getOrSet('k', () => 'loaded');
    return cache.peek('k') !== undefined;
  };

  it('is held on, and lets go when it ends', async () => {
    const { test, one, two } = await setUp();
    await using _ = test;
    const { run, commit } = change();
    const mutation = one.mutate({ keys: 'k' }, run);
    await test.advance(10);
    test.hub.log('test').lose('all');
    await test.advance(1_000);
    expect(await isKept(two)).toBe(false);
    commit();
    await mutation;
    await test.advance(100);
    expect(await isKept(two)).toBe(true);
  });

  it('is held on though the log had just taken its hold', async () => {
    const { test, one, two } = await setUp();
    await using _ = test;
    const { run } = change();
    const removed = Promise.withResolvers<void>();
    vi.spyOn(test.hub.store('test'), 'invalidate').mockReturnValueOnce(removed.promise);
    void one.mutate({ keys: 'k' }, run);
    await test.advance(10);
    test.hub.log('test').lose('all');
    await test.advance(600);
    removed.resolve();
    await test.advance(1_000);
    expect(await isKept(two)).toBe(false);
  });

  it('leaves no hold behind when it ends while that is placed again', async () => {
    const { test, one, two } = await setUp();
    await using _ = test;
    const { run, commit } = change();
    const mutation = one.mutate({ keys: 'k' }, run);
    await test.advance(10);
    const log = test.hub.log('test');
    const append = log.append.bind(log);
    const late = vi.spyOn(log, 'append').mockImplementationOnce(async (member, request) => {
      await new Promise<void>((done) => void test.clock.schedule(300, done));
      return append(member, request);
    });
    log.lose('all');
    for (let n = 0; n < 100 && late.mock.calls.length === 0; n++) await test.advance(10);
    expect(late).toHaveBeenCalled();
    commit();
    await test.advance(2_000);
    expect(await mutation).toBe('done');
    expect(await isKept(two)).toBe(true);
  });
});
