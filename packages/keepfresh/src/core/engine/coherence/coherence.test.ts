import { describe, expect, it } from 'vitest';
import { MemoryHub } from '../../../memory/remote/memory-hub.ts';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { SeededRandom } from '../../../testing/seeded-random.ts';
import { BanTable } from '../../policy/bans/ban-table.ts';
import { Holds } from '../../policy/bans/holds.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HoldBan, Log } from '../../ports/log.ts';
import { Budget } from '../time/budget.ts';
import { Coherence } from './coherence.ts';

const maxLagMs = 1_000;

function setUp() {
  const clock = new FakeClock();
  const hub = new MemoryHub({ clock, random: new SeededRandom(1) });
  const log = hub.log('test');
  const join = (memberId: string, own: Clock = clock, through: Log = log): Coherence =>
    new Coherence(through, {
      clock: own,
      memberId,
      maxLagMs,
      beatTimeoutMs: 200,
      connected: () => Promise.resolve(),
      table: new BanTable(),
      holds: new Holds(),
      onTrust: () => {},
      onEpoch: () => {},
      onFailure: () => {},
    });
  return { clock, hub, log, join };
}

/** The log, with some of its methods replaced. */
function over(log: Log, methods: Partial<Log>): Log {
  return {
    beat: (member) => log.beat(member),
    append: (member, request) => log.append(member, request),
    tagPositions: (tags) => log.tagPositions(tags),
    members: () => log.members(),
    leave: (id) => log.leave(id),
    onNews: (onNews) => log.onNews(onNews),
    ...methods,
  };
}

/** Time goes on between two readings, as it does outside of tests. */
function ticking(clock: FakeClock): Clock {
  let readings = 0;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() + ++readings / 1_000,
    schedule: (ms, run) => clock.schedule(ms, run),
  };
}

describe('a question that has to be current', () => {
  it('is answered for all who ask at once', async () => {
    const { clock, join } = setUp();
    const view = join('a', ticking(clock));
    view.start();
    await clock.advance(10);
    const asked = Array.from({ length: 5 }, () =>
      view.confirm(new Budget(clock, 200), { anew: true }),
    );
    await clock.advance(50);
    expect(await Promise.all(asked)).toEqual([true, true, true, true, true]);
    await view.close();
  });
});

describe('news of an append', () => {
  it('makes the others beat at once, and nobody who has its answer', async () => {
    const { clock, log, join } = setUp();
    const beats: string[] = [];
    const counting = over(log, {
      beat: (member) => {
        beats.push(member.id);
        return log.beat(member);
      },
    });
    const [one, other] = [join('one', clock, counting), join('other', clock, counting)];
    for (const view of [one, other]) view.start();
    await clock.advance(10);
    beats.length = 0;
    await one.append([{ kind: 'clear' }], [one.table.applyPending([{ kind: 'clear' }])]);
    await clock.settle();
    expect(beats).toEqual(['other']);
    expect(other.point).toEqual(one.point);
    await Promise.all([one.close(), other.close()]);
  });
});

describe('news of appends without end', () => {
  it('make others beat no more than 500 times in H, and keep nothing from them', async () => {
    const { clock, log, join } = setUp();
    let beats = 0;
    const counting = over(log, {
      beat: (member) => {
        beats++;
        return log.beat(member);
      },
    });
    const [one, other] = [join('one'), join('other', clock, counting)];
    for (const view of [one, other]) view.start();
    await clock.advance(10);
    beats = 0;
    for (let i = 0; i < 400; i++) {
      await one.append([{ kind: 'clear' }], []);
      await clock.advance(0.25);
    }
    expect(beats).toBeGreaterThanOrEqual(49);
    expect(beats).toBeLessThanOrEqual(51);
    await clock.advance(2);
    expect(other.point).toEqual(one.point);
    await Promise.all([one.close(), other.close()]);
  });
});

describe('acknowledgements', () => {
  it('are given at once by who learns with an own append that they are asked for', async () => {
    const { clock, log, join } = setUp();
    const deaf = over(log, { onNews: () => () => {} });
    const [one, other] = [join('aaaaaaaaaaaaaaaa'), join('bbbbbbbbbbbbbbbb', clock, deaf)];
    for (const view of [one, other]) view.start();
    // When the new log does not count on members of before any more.
    await clock.advance(2_000);
    const bans = [{ kind: 'clear' }] as const;
    const appended = await one.append(bans, [], { acknowledge: true });
    const acknowledged = one.acknowledged(appended, one.trust.moment());
    await other.append(bans, []);
    await clock.advance(1);
    await clock.settle();
    const startedAt = clock.monotonic();
    await acknowledged;
    expect(clock.monotonic()).toBe(startedAt);
    await Promise.all([one.close(), other.close()]);
  });

  it('are waited for no longer than H where the wall clock is set back meanwhile', async () => {
    const { clock, join } = setUp();
    const [view, silent] = [join('aaaaaaaaaaaaaaaa'), join('bbbbbbbbbbbbbbbb')];
    view.start();
    await clock.advance(2_000);
    await silent.confirm(new Budget(clock, 200));
    const bans = [{ kind: 'clear' }] as const;
    const appended = await view.append(bans, [view.table.applyPending(bans)], {
      acknowledge: true,
    });
    expect(appended.members).toHaveLength(2);
    let done = false;
    void view.acknowledged(appended, view.trust.moment()).then(() => (done = true));
    clock.stepWall(-3_600_000);
    await clock.advance(1_100);
    expect(done).toBe(true);
    await view.close();
  });
});

describe('an own hold', () => {
  it('is in force once the log has it, though what was known was dropped before', async () => {
    const { clock, hub, join } = setUp();
    const view = join('a');
    view.start();
    await clock.advance(10);
    const hold: HoldBan = {
      kind: 'hold',
      token: '0'.repeat(32),
      until: clock.now() + 60_000,
      covers: [{ kind: 'key', key: 'k' }],
    };
    view.holds.add(hold);
    hub.log('test').lose('all');
    await clock.advance(1_000);
    await view.append([hold], []);
    expect(view.holds.isHeld('k', [], clock.now())).toBe(true);
    await view.close();
  });
});
