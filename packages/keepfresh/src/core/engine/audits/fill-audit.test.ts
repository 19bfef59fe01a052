import { describe, expect, it } from 'vitest';
import { MemoryHub } from '../../../memory/remote/memory-hub.ts';
import { memoryRemote } from '../../../memory/remote/memory-remote.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { SeededRandom } from '../../../testing/seeded-random.ts';
import type { Cache } from '../../cache.ts';
import { createCache } from '../../create-cache.ts';
import type { Remote } from '../../ports/remote.ts';

interface Process {
  readonly cache: Cache;
  /** What it cannot reach. */
  cut: 'nothing' | 'log' | 'all';
}

function setUp() {
  const clock = new FakeClock();
  const hub = new MemoryHub({ clock, random: new SeededRandom(1) });
  let seed = 2;
  const start = (): Process => {
    const state = { cut: 'nothing' as Process['cut'] };
    const random = new SeededRandom(seed++);
    const remote = cuttable(hub, () => state.cut);
    const cache = createCache({ name: 'test', clock, random, remote, defaults: { ttl: '1h' } });
    return Object.assign(state, { cache });
  };
  /** Until the log has forgotten what single keys were invalidated. */
  const forget = async (another: Process): Promise<void> => {
    for (let i = 0; i < 8; i++) {
      await clock.advance(10_000);
      await another.cache.invalidate(`other${i}`);
    }
  };
  return { clock, hub, start, forget };
}

/** The hub over a connection that can be cut. */
function cuttable(hub: MemoryHub, cut: () => Process['cut']): Remote {
  return {
    kind: 'memory',
    connect: (context) => {
      const inner = memoryRemote(hub).connect(context);
      const { store, log } = inner;
      return {
        ready: () => inner.ready(),
        ping: () => inner.ping(),
        close: () => inner.close(),
        store: guarded(store, () => cut() === 'all'),
        log: guarded(log!, () => cut() !== 'nothing'),
      };
    },
  };
}

function guarded<T extends object>(port: T, isCut: () => boolean): T {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || String(name).startsWith('on')) return member;
      return (...args: unknown[]): unknown =>
        isCut() ? Promise.reject(new Error('cut')) : Reflect.apply(member, target, args);
    },
  });
}

describe('a record that was stored after an invalidation of its key', () => {
  it('is not served once the log has forgotten the key, when the mutation died after its commit', async () => {
    const { clock, start, forget } = setUp();
    const [mutator, reader] = [start(), start()];
    await clock.advance(100);
    reader.cut = 'log';
    const never = new Promise<void>(() => {});
    void mutator.cache.mutate({ keys: 'k' }, () => never);
    await clock.advance(1);
    // It has not heard of the hold, and reads what is not committed yet.
    await reader.cache.getOrSet('k', () => 'old');
    await clock.advance(1);
    mutator.cut = 'all';
    reader.cut = 'nothing';
    await forget(reader);
    const later = start();
    await clock.advance(100);
    expect(await later.cache.getOrSet('k', () => 'new')).toBe('new');
  });

  it('is not served once the log has forgotten the key, when `set` was on its way meanwhile', async () => {
    const { clock, hub, start, forget } = setUp();
    const [setter, other] = [start(), start()];
    await clock.advance(100);
    const store = hub.store('test');
    const put = store.put.bind(store);
    store.put = async (...args) => {
      await new Promise<void>((resolve) => clock.schedule(20, resolve));
      return put(...args);
    };
    const set = setter.cache.set('k', 'old');
    await clock.advance(5);
    await other.cache.invalidate('k');
    await clock.advance(50);
    await set;
    await forget(other);
    const later = start();
    await clock.advance(100);
    expect(await later.cache.getOrSet('k', () => 'new')).toBe('new');
  });

  it('is not served either when the process that stored it closes at once', async () => {
    const { clock, start, forget } = setUp();
    const [mutator, reader, other] = [start(), start(), start()];
    await clock.advance(100);
    reader.cut = 'log';
    void mutator.cache.mutate({ keys: 'k' }, () => new Promise<void>(() => {}));
    await clock.advance(1);
    await reader.cache.getOrSet('k', () => 'old');
    await clock.advance(1);
    mutator.cut = 'all';
    reader.cut = 'nothing';
    await reader.cache.close();
    await forget(other);
    const later = start();
    await clock.advance(100);
    expect(await later.cache.getOrSet('k', () => 'new')).toBe('new');
  });

  it('keeps nobody waiting who closes a cache that hears nothing', async () => {
    const { clock, hub, start } = setUp();
    const { cache } = start();
    await clock.advance(100);
    await cache.getOrSet('k', () => 1);
    hub.log('test').beat = () => new Promise(() => {});
    let closed = false;
    void cache.close().then(() => (closed = true));
    await clock.advance(251);
    expect([closed, clock.timers]).toEqual([true, 0]);
  });

  it('does not take away what nobody invalidated, or what another process stored since', async () => {
    const { clock, hub, start } = setUp();
    const [one, two] = [start(), start()];
    await clock.advance(100);
    await one.cache.getOrSet('kept', () => 1);
    await one.cache.set('written', 1);
    await one.cache.getOrSet('k', () => 'old');
    await two.cache.invalidate('k');
    await two.cache.getOrSet('k', () => 'new');
    await clock.advance(5_000);
    expect(hub.store('test').keys()).toEqual(['kept', 'written', 'k']);
  });

  it('is not taken for what is set in the moment in which it is looked at', async () => {
    const { clock, hub, start } = setUp();
    const [one, two, third] = [start(), start(), start()];
    await clock.advance(100);
    await one.cache.getOrSet('k', () => 'old', { tags: ['t'] });
    await two.cache.invalidateTags('t');
    const store = hub.store('test');
    const read = store.read.bind(store);
    let set: Promise<unknown> | undefined;
    store.read = async (key) => {
      const record = await read(key);
      if (record !== undefined) await (set ??= two.cache.set(key, 'set'));
      return record;
    };
    await clock.advance(5_000);
    expect(await set).toEqual({ status: 'applied' });
    expect(await third.cache.getOrSet('k', () => 'loaded again')).toBe('set');
  });

  it('leaves the lease of whoever loads it anew to them', async () => {
    const { clock, start } = setUp();
    const [one, two, third] = [start(), start(), start()];
    await clock.advance(100);
    await one.cache.getOrSet('k', () => 'old', { tags: ['t'] });
    await two.cache.invalidateTags('t');
    await clock.advance(1_000);
    const load = async (): Promise<string> => {
      await new Promise<void>((resolve) => clock.schedule(1_000, resolve));
      return 'new';
    };
    const loading = two.cache.getOrSet('k', load);
    await clock.advance(1_100);
    expect(await loading).toBe('new');
    expect(await third.cache.getOrSet('k', () => 'loaded again')).toBe('new');
  });

  it('is left to stand in for a load that fails, where the store has it as expired', async () => {
    const { clock, start } = setUp();
    const [one, two, third] = [start(), start(), start()];
    await clock.advance(100);
    const options = { staleIfError: '1h' } as const;
    await one.cache.getOrSet('k', () => 'old', options);
    await two.cache.expire({ keys: 'k' });
    await clock.advance(5_000);
    const fails = (): never => {
      throw new Error('down');
    };
    expect(await third.cache.getOrSet('k', fails, options)).toBe('old');
  });

  it('is given up with the cache', async () => {
    const { clock, start } = setUp();
    const { cache } = start();
    await clock.advance(100);
    await cache.getOrSet('k', () => 1);
    await cache.close();
    await clock.advance(1_000);
    expect(clock.timers).toBe(0);
  });
});
