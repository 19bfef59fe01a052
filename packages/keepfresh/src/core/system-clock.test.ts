import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from './system-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('goes on while a test suite fakes timers and dates', async () => {
  const [wall, monotonic] = [systemClock.now(), systemClock.monotonic()];
  vi.useFakeTimers({ now: 0 });
  expect(systemClock.now()).toBeGreaterThanOrEqual(wall);
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(monotonic);
  await new Promise<void>((done) => {
    systemClock.schedule(1, done);
  });
  expect(vi.getTimerCount()).toBe(0);
});

it('runs nothing that was cancelled', async () => {
  let ran = false;
  const cancel = systemClock.schedule(0, () => {
    ran = true;
  });
  cancel();
  await new Promise<void>((done) => {
    systemClock.schedule(5, done);
  });
  expect(ran).toBe(false);
});
