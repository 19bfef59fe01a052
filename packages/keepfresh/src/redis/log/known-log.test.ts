import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { KnownLog } from './known-log.ts';

const heard = { epoch: 'e', floor: 7, serverNow: 1_000_000.5 };

it('reckons the clock of the server from the time that has passed since it was heard', async () => {
  const clock = new FakeClock();
  const known = new KnownLog(clock);
  known.learn(heard);
  await clock.advance(250);
  expect(known.at('e')).toEqual({ floor: 7, serverNow: 1_000_250 });
});

it('knows nothing of a log it never heard of, or of another epoch', () => {
  const known = new KnownLog(new FakeClock());
  expect(known.at('')).toBeUndefined();
  known.learn(heard);
  expect(known.at('f')).toBeUndefined();
});

it('knows nothing any more after five seconds', async () => {
  const clock = new FakeClock();
  const known = new KnownLog(clock);
  known.learn(heard);
  await clock.advance(5_001);
  expect(known.at('e')).toBeUndefined();
});

it.each([6_000, -6_000])('knows nothing any more when the wall clock steps by %i ms', (ms) => {
  const clock = new FakeClock();
  const known = new KnownLog(clock);
  known.learn(heard);
  clock.stepWall(ms);
  expect(known.at('e')).toBeUndefined();
});
