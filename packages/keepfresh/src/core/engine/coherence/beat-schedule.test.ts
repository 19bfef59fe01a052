import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { BeatSchedule } from './beat-schedule.ts';

let clock: FakeClock;
/** When each beat was sent. */
let sent: number[];
/** How long an answer takes, in milliseconds. */
let tripMs: number;

beforeEach(() => {
  clock = new FakeClock();
  sent = [];
  tripMs = 0;
});

function schedule(maxLagMs = 1_000): BeatSchedule {
  const beat = async (): Promise<void> => {
    sent.push(clock.monotonic());
    if (tripMs > 0) await new Promise<void>((resolve) => clock.schedule(tripMs, resolve));
  };
  return new BeatSchedule({ clock, maxLagMs, beat });
}

/** News every `everyMs` for `forMs`. */
async function news(beats: BeatSchedule, everyMs: number, forMs: number): Promise<void> {
  for (let ms = 0; ms < forMs; ms += everyMs) {
    beats.hearNews();
    await clock.advance(everyMs);
  }
}

describe('beats', () => {
  it('come four times in H where nothing happens', async () => {
    const beats = schedule();
    beats.soon();
    await clock.advance(1_000);
    expect(sent).toEqual([0, 250, 500, 750, 1_000]);
    beats.close();
    await clock.advance(1_000);
    expect([sent.length, clock.timers]).toEqual([5, 0]);
  });

  it('come at once on news, though one was sent a moment ago', async () => {
    const beats = schedule();
    beats.soon();
    await clock.advance(1);
    beats.hearNews();
    await clock.settle();
    expect(sent).toEqual([0, 1]);
  });

  it.each([
    { maxLagMs: 50, gapMs: 1 },
    { maxLagMs: 1_000, gapMs: 2 },
    { maxLagMs: 2_000, gapMs: 4 },
    { maxLagMs: 60_000, gapMs: 10 },
  ])('come at most every $gapMs ms on news without end, with H $maxLagMs', async (each) => {
    const beats = schedule(each.maxLagMs);
    await news(beats, 0.25, 100);
    expect(sent.length).toBeGreaterThanOrEqual(100 / each.gapMs - 1);
    expect(sent.length).toBeLessThanOrEqual(100 / each.gapMs + 1);
    const gaps = sent.slice(1).map((time, index) => time - sent[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(each.gapMs);
  });

  it('keep the gap also when news come while one runs', async () => {
    tripMs = 0.5;
    const beats = schedule();
    beats.hearNews();
    beats.hearNews();
    await clock.advance(1.5);
    expect(sent).toEqual([0]);
    await clock.advance(1);
    expect(sent).toEqual([0, 2]);
    await clock.advance(200);
    expect(sent).toEqual([0, 2]);
  });

  it('leave nothing unheard: news are followed by a beat that was sent after them', async () => {
    tripMs = 3;
    const beats = schedule();
    beats.soon();
    await clock.advance(1);
    beats.hearNews();
    await clock.advance(2);
    expect(sent).toEqual([0, 3]);
  });

  it('follow at once where one is asked for while one runs, whatever the news', async () => {
    tripMs = 0.5;
    const beats = schedule();
    beats.hearNews();
    beats.soon();
    await clock.advance(1.5);
    expect(sent).toEqual([0, 0.5]);
  });

  it('are shared by all who ask while one runs', async () => {
    tripMs = 5;
    const beats = schedule();
    const both = [beats.beat(), beats.beat()];
    expect(both[0]).toBe(both[1]);
    expect(beats.running).toBe(both[0]);
    await clock.advance(5);
    await Promise.all(both);
    expect([sent, beats.running]).toEqual([[0], undefined]);
  });
});
