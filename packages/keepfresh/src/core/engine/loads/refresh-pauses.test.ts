import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { SeededRandom } from '../../../testing/seeded-random.ts';
import { BanTable } from '../../policy/bans/ban-table.ts';
import { Holds } from '../../policy/bans/holds.ts';
import { LocalLogView } from '../coherence/local-log-view.ts';
import { RefreshPauses } from './refresh-pauses.ts';

function setUp() {
  const clock = new FakeClock();
  const table = new BanTable({});
  const view = new LocalLogView({ clock, epoch: '0'.repeat(16), table, holds: new Holds() });
  const pauses = new RefreshPauses({ clock, random: new SeededRandom(1), view });
  return { clock, table, pauses };
}

describe('RefreshPauses', () => {
  it('pauses a key that failed, no other, and not for longer than it said', async () => {
    const { clock, pauses } = setUp();
    const ms = pauses.failed('k', { seq: 0, firstMs: 1_000 });
    expect([pauses.isPaused('k', []), pauses.isPaused('other', [])]).toEqual([true, false]);
    await clock.advance(Math.ceil(ms));
    expect(pauses.isPaused('k', [])).toBe(false);
  });

  it('starts from the first pause again when a load has succeeded', () => {
    const { pauses } = setUp();
    const first = { seq: 0, firstMs: 1_000 };
    for (let n = 0; n < 5; n++) pauses.failed('k', first);
    pauses.loaded('k');
    expect(pauses.isPaused('k', [])).toBe(false);
    expect(pauses.failed('k', first)).toBeLessThanOrEqual(1_000);
  });

  it.each(['key', 'tag'] as const)('does not pause what was banned by its %s since', (kind) => {
    const { table, pauses } = setUp();
    const tags = [table.intern('t')];
    pauses.failed('k', { seq: table.seq, firstMs: 1_000 });
    expect(pauses.isPaused('k', tags)).toBe(true);
    table.apply(kind === 'key' ? { kind, key: 'k' } : { kind, tag: 't' }, 5);
    expect(pauses.isPaused('k', tags)).toBe(false);
  });

  it('forgets the oldest failures when there are very many', () => {
    const { pauses } = setUp();
    for (let n = 0; n <= 10_000; n++) pauses.failed(`k${n}`, { seq: 0, firstMs: 1_000 });
    expect([pauses.isPaused('k0', []), pauses.isPaused('k1', [])]).toEqual([false, true]);
  });
});
