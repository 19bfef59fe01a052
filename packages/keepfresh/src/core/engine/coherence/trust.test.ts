import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { Trust } from './trust.ts';

let clock: FakeClock;
let changes: boolean[];
let trust: Trust;

beforeEach(() => {
  clock = new FakeClock();
  changes = [];
  trust = new Trust(clock, (trusted) => changes.push(trusted));
});

const isTrusted = (): boolean => trust.covers(clock.now());

describe('Trust', () => {
  it('is not there at first', () => {
    expect(isTrusted()).toBe(false);
    trust.revoke();
    expect(changes).toEqual([]);
  });

  it('counts from the moment the beat was sent, not from its answer', async () => {
    const sent = trust.moment();
    await clock.advance(400);
    trust.grant(sent, 1000);
    await clock.advance(599);
    expect(isTrusted()).toBe(true);
    await clock.advance(1);
    expect(isTrusted()).toBe(false);
    expect(changes).toEqual([true, false]);
    expect(clock.timers).toBe(0);
  });

  it('is not granted by an answer that took too long', async () => {
    const sent = trust.moment();
    await clock.advance(1000);
    trust.grant(sent, 1000);
    expect([isTrusted(), clock.timers]).toEqual([false, 0]);
  });

  it('goes on with each grant, and tells so once', async () => {
    for (let beat = 0; beat < 10; beat++) {
      trust.grant(trust.moment(), 1000);
      await clock.advance(900);
      expect(isTrusted()).toBe(true);
    }
    expect(changes).toEqual([true]);
    expect(clock.timers).toBe(1);
  });

  it('is not shortened by the late answer to an older beat', async () => {
    const older = trust.moment();
    await clock.advance(500);
    trust.grant(trust.moment(), 1000);
    trust.grant(older, 1000);
    await clock.advance(999);
    expect(isTrusted()).toBe(true);
  });

  it('ends at once when it is revoked', () => {
    trust.grant(trust.moment(), 1000);
    trust.revoke();
    trust.revoke();
    expect([isTrusted(), clock.timers]).toEqual([false, 0]);
    expect(changes).toEqual([true, false]);
  });

  it('ends with a suspension, which only the wall clock shows', () => {
    trust.grant(trust.moment(), 1000);
    clock.suspend(1000);
    expect(isTrusted()).toBe(false);
  });

  it('ends with a blocked process, before its timer can run', () => {
    trust.grant(trust.moment(), 1000);
    clock.block(1000);
    expect(isTrusted()).toBe(false);
  });

  it('ends when the wall clock is set back before the grant', () => {
    trust.grant(trust.moment(), 1000);
    clock.stepWall(-1);
    expect(isTrusted()).toBe(false);
  });

  it('ends on time although the wall clock was set back within the grant', async () => {
    trust.grant(trust.moment(), 1000);
    await clock.advance(600);
    clock.stepWall(-600);
    expect(isTrusted()).toBe(true);
    await clock.advance(399);
    expect(isTrusted()).toBe(true);
    await clock.advance(1);
    expect(isTrusted()).toBe(false);
  });

  it('counts a suspension between beat and answer', () => {
    const sent = trust.moment();
    clock.suspend(1000);
    trust.grant(sent, 1000);
    expect(isTrusted()).toBe(false);
  });

  it('does not count on a wall clock that was set back between beat and answer', async () => {
    const sent = trust.moment();
    await clock.advance(700);
    clock.stepWall(-700);
    trust.grant(sent, 1000);
    await clock.advance(300);
    expect(isTrusted()).toBe(false);
  });

  it('comes back with the next grant after a clock took it, and tells each change once', async () => {
    trust.grant(trust.moment(), 1000);
    clock.suspend(5000);
    trust.grant(trust.moment(), 1000);
    expect(isTrusted()).toBe(true);
    clock.stepWall(-10_000);
    expect(isTrusted()).toBe(false);
    trust.grant(trust.moment(), 1000);
    expect(isTrusted()).toBe(true);
    await clock.advance(1000);
    expect(isTrusted()).toBe(false);
    expect(changes).toEqual([true, false, true, false, true, false]);
  });

  it('has no end where nobody else could invalidate', async () => {
    trust.grantForever();
    clock.stepWall(-1e9);
    await clock.advance(1e9);
    expect([isTrusted(), clock.timers]).toEqual([true, 0]);
  });

  it('never outlasts the time since a beat was sent, whatever one clock does meanwhile', async () => {
    const event = fc.oneof(
      fc.record({ pass: fc.nat(400) }),
      fc.record({ suspend: fc.nat(400) }),
      fc.record({ block: fc.nat(400) }),
    );
    const action = fc.oneof(
      { weight: 2, arbitrary: event },
      fc.constant('send'),
      fc.constant('answer'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30, size: 'max' }), async (actions) => {
        const time = new FakeClock();
        const subject = new Trust(time, () => {});
        let real = 0;
        let sent = { at: -Infinity, moment: subject.moment() };
        let granted = -Infinity;
        for (const one of actions) {
          if (one === 'send') sent = { at: real, moment: subject.moment() };
          else if (one === 'answer' && sent.at !== -Infinity) {
            subject.grant(sent.moment, 500);
            granted = Math.max(granted, sent.at);
          } else if (typeof one === 'object') {
            if ('pass' in one) await time.advance(one.pass);
            else if ('suspend' in one) time.suspend(one.suspend);
            else time.block(one.block);
            real += Object.values(one)[0] ?? 0;
          }
          if (real - granted >= 500) expect(subject.covers(time.now())).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });
});
