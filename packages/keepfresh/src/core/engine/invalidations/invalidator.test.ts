import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { MemoryStore } from '../../../memory/remote/memory-store.ts';
import type { CacheEvents } from '../../events.ts';
import { BanTable } from '../../policy/bans/ban-table.ts';
import { Holds } from '../../policy/bans/holds.ts';
import type { Ban, HoldBan } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { Invalidator, type InvalidatorOptions } from './invalidator.ts';
import { LocalLogView } from '../coherence/local-log-view.ts';
import { RemovalAudit } from '../audits/removal-audit.ts';

const token = '0'.repeat(32);
const covers = [{ kind: 'key', key: 'k' }] as const;

function storeWith(invalidate: Store['invalidate']): Store {
  return Object.assign(new MemoryStore({ clock: new FakeClock() }), { invalidate });
}

/** An invalidator over a log that is away until told otherwise. */
function setUp({ inOrder, store }: { inOrder?: boolean; store?: Store } = {}) {
  const clock = new FakeClock();
  const table = new BanTable();
  const view = new LocalLogView({ clock, epoch: 'e', table, holds: new Holds() });
  const state = { isAway: true, appended: [] as Ban[] };
  const place = view.append.bind(view);
  view.append = (bans, pending) => {
    if (state.isAway) return Promise.reject(new Error('away'));
    state.appended.push(...bans);
    return place(bans, pending);
  };
  const lookedAt: string[] = [];
  const discard = (key: string): Promise<boolean> => {
    lookedAt.push(key);
    return Promise.resolve(true);
  };
  const audit = new RemovalAudit({ clock, maxLagMs: 1_000, discard });
  const lost: number[] = [];
  const report: InvalidatorOptions['report'] = (event, build) => {
    if (event === 'invalidation.lost') {
      lost.push((build() as CacheEvents['invalidation.lost']).changes);
    }
  };
  const options = { clock, view, store, audit, inOrder, timeoutMs: 200, report };
  return { clock, table, view, state, lookedAt, lost, invalidator: new Invalidator(options) };
}

describe('an invalidation of keys', () => {
  const change = { bans: covers, keys: ['k'] };

  it('is sent to the store, and in the same turn to the log', async () => {
    const sent: string[] = [];
    const store = storeWith(() => {
      sent.push('store');
      return Promise.resolve();
    });
    const { clock, state, invalidator } = setUp({ store });
    state.isAway = false;
    state.appended.push = (...bans: Ban[]) => sent.push(...bans.map(() => 'log'));
    const done = invalidator.invalidate(change);
    expect(sent).toEqual(['store', 'log']);
    await done;
    state.isAway = true;
    await invalidator.invalidate(change, { queue: true });
    state.isAway = false;
    await clock.advance(1_000);
    expect(sent).toEqual(['store', 'log', 'store', 'log']);
  });

  it('is looked at once more where the store may forget what the log knows', async () => {
    const { clock, state, lookedAt, invalidator } = setUp({
      store: storeWith(() => Promise.resolve()),
    });
    state.isAway = false;
    await invalidator.invalidate(change);
    await clock.advance(1_249);
    expect(lookedAt).toEqual([]);
    await clock.advance(1);
    expect(lookedAt).toEqual(['k']);
    await clock.advance(60_000);
    expect(lookedAt).toEqual(['k']);
  });

  it('is looked at once more in one server of both only when it had to wait', async () => {
    const store = storeWith(() => Promise.resolve());
    const { clock, state, lookedAt, invalidator } = setUp({ store, inOrder: true });
    state.isAway = false;
    await invalidator.invalidate(change);
    await clock.advance(5_000);
    expect(lookedAt).toEqual([]);
    state.isAway = true;
    await invalidator.invalidate(change, { queue: true });
    state.isAway = false;
    await clock.advance(5_000);
    expect(lookedAt).toEqual(['k']);
  });
});

describe('an invalidation that fails when the cache is being closed', () => {
  const change = { bans: covers, keys: [] };

  it('is told to be lost, and rejects, also where it should have been queued', async () => {
    const { clock, view, lost, invalidator } = setUp();
    view.append = () => new Promise(() => {});
    const settled = [{}, { queue: true }].map((options) =>
      invalidator.invalidate(change, options).catch((error: unknown) => error),
    );
    let closed = false;
    void invalidator.close().then(() => (closed = true));
    await clock.advance(199);
    expect([closed, lost]).toEqual([false, []]);
    await clock.advance(1);
    expect([closed, lost]).toEqual([true, [1, 1]]);
    for (const error of await Promise.all(settled)) expect(error).toMatchObject({ code: 'CLOSED' });
    expect(clock.timers).toBe(0);
  });

  it('is not lost when it is confirmed in time', async () => {
    const { clock, view, state, lost, invalidator } = setUp();
    state.isAway = false;
    const place = view.append.bind(view);
    view.append = async (...args) => {
      await new Promise<void>((resolve) => clock.schedule(100, resolve));
      return place(...args);
    };
    const done = invalidator.invalidate(change);
    const closed = invalidator.close();
    await clock.advance(100);
    await closed;
    expect([await done, lost]).toEqual([{ status: 'applied' }, []]);
  });
});

describe('an invalidation while the log is away', () => {
  it(
    'costs no more memory when there are too many to keep them one by one',
    { tags: ['thorough'] },
    async () => {
      const { table, invalidator } = setUp();
      for (let i = 0; i < 25_000; i++) {
        const bans = [{ kind: 'key', key: `k${i}` }] as const;
        await invalidator.invalidate({ bans, keys: [] }, { queue: true });
      }
      expect(invalidator.pending).toBeLessThanOrEqual(10_000);
      expect(table.stats().pending).toBeLessThanOrEqual(10_001);
      expect(table.isBannedSince(0, 'k1', [])).toBe(true);
      const old = { position: Number.MAX_SAFE_INTEGER, token, tags: [] };
      expect(table.verdict('k1', old)).toBe('banned');
    },
  );

  it('is done with each that is in force, whatever becomes of those tried with it', async () => {
    const store = storeWith(([key]) =>
      key === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    const { clock, state, lookedAt, invalidator } = setUp({ store });
    for (const key of ['bad', 'good']) {
      const bans = [{ kind: 'key', key }] as const;
      await invalidator.invalidate({ bans, keys: [key] }, { queue: true });
    }
    state.isAway = false;
    await clock.advance(5_000);
    expect([lookedAt, invalidator.pending]).toEqual([['good'], 1]);
  });

  it('does not place a hold whose mutation has ended', async () => {
    const { clock, state, invalidator } = setUp();
    const hold: HoldBan = { kind: 'hold', token, until: clock.now() + 3_600_000, covers };
    const held = { bans: [hold, ...covers], keys: [] };
    await invalidator.invalidate(held, { queue: true });
    state.isAway = false;
    await invalidator.invalidate({ bans: [...covers, { kind: 'release', token }], keys: [] });
    await clock.advance(5_000);
    expect(invalidator.pending).toBe(0);
    expect(state.appended.map(({ kind }) => kind)).toEqual(['key', 'release', 'key']);
  });

  it('holds what it covers although its process starts anew before the log has the hold', async () => {
    const { clock, view, invalidator } = setUp();
    const hold: HoldBan = { kind: 'hold', token, until: clock.now() + 3_600_000, covers };
    await invalidator.invalidate({ bans: [hold, ...covers], keys: [] }, { queue: true });
    view.holds.reset([]);
    expect(view.holds.isHeld('k', [], clock.now())).toBe(true);
    await invalidator.invalidate({ bans: [{ kind: 'release', token }], keys: [] }, { queue: true });
    expect(view.holds.isHeld('k', [], clock.now())).toBe(false);
  });

  it('places a hold whose mutation still runs', async () => {
    const { clock, state, invalidator } = setUp();
    const hold: HoldBan = { kind: 'hold', token, until: clock.now() + 3_600_000, covers };
    await invalidator.invalidate({ bans: [hold, ...covers], keys: [] }, { queue: true });
    state.isAway = false;
    await clock.advance(5_000);
    expect(state.appended.map(({ kind }) => kind)).toEqual(['hold', 'key']);
  });
});
