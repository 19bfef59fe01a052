import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { BanTable } from '../policy/bans/ban-table.ts';
import { Holds } from '../policy/bans/holds.ts';
import type { Ban, HoldBan } from '../ports/log.ts';
import { Invalidator } from './invalidator.ts';
import { LocalLogView } from './local-log-view.ts';

const token = '0'.repeat(32);
const covers = [{ kind: 'key', key: 'k' }] as const;

/** An invalidator over a log that is away until told otherwise. */
function setUp() {
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
  const options = { clock, view, store: undefined, timeoutMs: 200, report: () => {} };
  return { clock, table, state, invalidator: new Invalidator(options) };
}

describe('an invalidation while the log is away', () => {
  it('costs no more memory when there are too many to keep them one by one', async () => {
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

  it('places a hold whose mutation still runs', async () => {
    const { clock, state, invalidator } = setUp();
    const hold: HoldBan = { kind: 'hold', token, until: clock.now() + 3_600_000, covers };
    await invalidator.invalidate({ bans: [hold, ...covers], keys: [] }, { queue: true });
    state.isAway = false;
    await clock.advance(5_000);
    expect(state.appended.map(({ kind }) => kind)).toEqual(['hold', 'key']);
  });
});
