import { getEventListeners } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import type { EntryPolicy } from '../entry-policy.ts';
import type { LoadContext, Loader } from './loader.ts';
import { LoadGate } from './load-gate.ts';
import { type LoadResult, runLoad } from './load.ts';

const policy: EntryPolicy = {
  ...{ ttlMs: 60_000, negativeTtlMs: 5_000, jitter: 0, loadTimeoutMs: 1_000 },
  ...{ staleWhileRevalidateMs: 0, staleIfErrorMs: 0, errorTtlMs: 0 },
  tags: () => [],
  ...{ softTimeoutMs: Infinity, retryAfterMs: 0, earlyRefresh: 0, refreshAhead: 0 },
};

let clock: FakeClock;
let gate: LoadGate;
let controller: AbortController;
let starts: number;

beforeEach(() => {
  clock = new FakeClock();
  gate = new LoadGate({ maxRunning: 1, maxQueued: 10 });
  controller = new AbortController();
  starts = 0;
});

interface Given {
  readonly policy?: Partial<EntryPolicy>;
  readonly tagPrefix?: string;
  readonly stale?: unknown;
}

function load(loader: Loader, given: Given = {}): Promise<LoadResult> {
  const { signal } = controller;
  const { tagPrefix = '', stale } = given;
  const onStart = (): void => {
    starts++;
  };
  const request = { key: 'k', loader, policy: { ...policy, ...given.policy }, tagPrefix, signal };
  const previous = { find: () => (stale === undefined ? undefined : { value: stale, tags: [] }) };
  return runLoad({ ...request, previous, onStart }, gate, clock);
}

const after = <T>(ms: number, value: T): Promise<T> =>
  new Promise((resolve) => void clock.schedule(ms, () => resolve(value)));

describe('runLoad', () => {
  it('gives what the loader returned, with its tags, its time and how long it took', async () => {
    const result = load(() => after(30, 'value'), { policy: { tags: () => ['a'] } });
    await clock.advance(30);
    expect(await result).toEqual({
      ...{ value: 'value', tags: ['a'], ttlMs: 60_000, skipped: false, tookMs: 30 },
      ...{ staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
    });
    expect([gate.running, clock.timers, starts]).toEqual([0, 0, 1]);
  });

  it('takes the stale windows from the loader, each on its own', async () => {
    const result = await load(({ setStale }) => {
      setStale({ whileRevalidate: '5s' });
      setStale({ ifError: 7_000 });
    });
    expect(result).toMatchObject({ staleWhileRevalidateMs: 5_000, staleIfErrorMs: 7_000 });
    const wrong = load(({ setStale }) => setStale({ ifError: '5 minutes' }));
    await expect(wrong).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('setStale().ifError') as string,
    });
  });

  it('takes loaders that return at once, and such that throw at once', async () => {
    expect((await load(() => 5)).value).toBe(5);
    const error = new Error('no');
    const throws = load(() => {
      throw error;
    });
    await expect(throws).rejects.toBe(error);
    expect([gate.running, clock.timers]).toEqual([0, 0]);
  });

  it('shows the loader its key, its signal and the value before', async () => {
    const seen: LoadContext[] = [];
    await load((context) => void seen.push(context), { stale: 'old' });
    expect(seen).toMatchObject([{ key: 'k', stale: 'old' }]);
    expect(seen[0]?.signal.aborted).toBe(false);
  });

  it('lets the loader choose the time to live and add tags, behind the prefix, each once', async () => {
    const result = await load(
      ({ setTtl, addTags }) => {
        setTtl('2m');
        addTags('b', 'c');
        addTags('a');
        return { org: 7 };
      },
      {
        policy: { tags: (value) => ['a', `org:${(value as { org: number }).org}`] },
        tagPrefix: 'x/',
      },
    );
    expect(result.ttlMs).toBe(120_000);
    expect(result.tags).toEqual(['x/a', 'x/org:7', 'x/b', 'x/c']);
  });

  it.each([null, undefined])(
    'gives %o its own time to live, unless the loader chose one',
    async (nothing) => {
      expect((await load(() => nothing)).ttlMs).toBe(5_000);
      const chosen = load(({ setTtl }) => {
        setTtl(7);
        return nothing;
      });
      expect((await chosen).ttlMs).toBe(7);
    },
  );

  it.each([false, 0, '', Number.NaN])('takes %o for a value', async (value) => {
    expect((await load(() => value)).ttlMs).toBe(60_000);
  });

  it('tells when the loader wants its value not to be kept', async () => {
    const result = await load(({ skip }) => {
      skip();
      return 1;
    });
    expect(result).toMatchObject({ value: 1, skipped: true });
  });

  it.each<[string, Loader, Partial<EntryPolicy>, string]>([
    ['a time to live', ({ setTtl }) => setTtl(-1), {}, 'setTtl()'],
    ['tags', () => 1, { tags: () => 'a' as never }, 'tags must be an array of strings'],
    ['a tag', ({ addTags }) => addTags(5 as never), {}, 'tags[0]'],
  ])('rejects with what is wrong with %s', async (_what, loader, wrong, message) => {
    await expect(load(loader, { policy: wrong })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message) as string,
    });
    expect([gate.running, clock.timers]).toEqual([0, 0]);
  });

  it('aborts and gives up a loader that takes too long, and lets the next one in', async () => {
    const signals: AbortSignal[] = [];
    const slow = load(({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const rejected = expect(slow).rejects.toMatchObject({
      code: 'LOAD_TIMEOUT',
      message: 'the loader of k took longer than 1000 ms',
    });
    const next = load(() => 'next');
    await clock.advance(999);
    expect([signals[0]?.aborted, starts]).toEqual([false, 1]);
    await clock.advance(1);
    await rejected;
    expect(signals[0]?.reason).toMatchObject({ code: 'LOAD_TIMEOUT' });
    expect((await next).value).toBe('next');
    expect([gate.running, clock.timers]).toEqual([0, 0]);
  });

  it('counts the time of the loader from its turn, not from its place in the queue', async () => {
    const first = load(() => after(900, 1));
    const second = load(() => after(900, 2));
    await clock.advance(900);
    await first;
    await clock.advance(900);
    expect(await second).toMatchObject({ value: 2, tookMs: 900 });
  });

  it('rejects with the reason of those who have gone, and tells the loader', async () => {
    const signals: AbortSignal[] = [];
    const left = load(({ signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('the loader noticed')));
      });
    });
    const gone = new Error('gone');
    const rejected = expect(left).rejects.toBe(gone);
    await clock.settle();
    controller.abort(gone);
    await rejected;
    expect(signals[0]?.reason).toBe(gone);
    expect([gate.running, clock.timers]).toEqual([0, 0]);
  });

  it('starts no loader when everybody has gone before its turn', async () => {
    const running = load(() => after(10, 1));
    const { signal } = controller;
    controller = new AbortController();
    const gone = new Error('gone');
    const waiting = expect(load(() => 'never')).rejects.toBe(gone);
    controller.abort(gone);
    await waiting;
    await expect(load(() => 'never')).rejects.toBe(gone);
    await clock.advance(10);
    await running;
    expect([starts, gate.running, gate.queued, clock.timers]).toEqual([1, 0, 0, 0]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('starts no loader when everybody leaves in the moment of its turn', async () => {
    const endTurn = await gate.enter(new AbortController().signal);
    const gone = new Error('gone');
    const waiting = expect(load(() => 'never')).rejects.toBe(gone);
    endTurn();
    controller.abort(gone);
    await waiting;
    expect([starts, gate.running, clock.timers]).toEqual([0, 0, 0]);
  });

  it('drops what a given up loader says later', async () => {
    let fail: (error: Error) => void = () => {};
    const slow = load(() => new Promise((_, reject) => (fail = reject)));
    const rejected = expect(slow).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    await clock.advance(1_000);
    await rejected;
    fail(new Error('late'));
    await clock.settle();
    expect(gate.running).toBe(0);
  });
});
