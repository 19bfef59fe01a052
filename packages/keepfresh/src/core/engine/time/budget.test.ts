import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { Budget } from './budget.ts';

const never = new Promise<never>(() => {});

describe('Budget', () => {
  it('ends by the monotonic clock, whatever becomes of the wall clock', async () => {
    const clock = new FakeClock();
    await clock.advance(50);
    const budget = new Budget(clock, 200);
    expect(budget.end).toBe(250);
    const rejected = expect(budget.within('read', never)).rejects.toThrow('read');
    clock.stepWall(1_000_000);
    await clock.advance(199);
    expect(clock.timers).toBe(1);
    await clock.advance(1);
    await rejected;
  });

  it('takes an answer that came while this process stood still', async () => {
    const clock = new FakeClock();
    const { promise, resolve } = Promise.withResolvers<string>();
    const answer = new Budget(clock, 200).within('beat', promise);
    const silent = expect(new Budget(clock, 200).within('beat', never)).rejects.toThrow('beat');
    clock.block(1_000);
    clock.schedule(0, () => resolve('unread'));
    await clock.advance(0);
    expect(await answer).toBe('unread');
    await silent;
    expect(clock.timers).toBe(0);
  });

  it('settles as the answer does, and leaves no timer', async () => {
    const clock = new FakeClock();
    const budget = new Budget(clock, 200);
    expect(await budget.within('read', Promise.resolve('value'))).toBe('value');
    const failure = new Error('no');
    await expect(budget.within('read', Promise.reject(failure))).rejects.toBe(failure);
    expect(clock.timers).toBe(0);
  });

  it('rejects when it is used up, and says by what', async () => {
    const clock = new FakeClock();
    const answer = new Budget(clock, 200).within('acquire', never);
    const rejected = expect(answer).rejects.toMatchObject({
      code: 'REMOTE_TIMEOUT',
      message: 'acquire did not answer in 200 ms',
    });
    await clock.advance(199);
    expect(clock.timers).toBe(1);
    await clock.advance(1);
    await rejected;
  });

  it('is shared by all commands of one read', async () => {
    const clock = new FakeClock();
    const budget = new Budget(clock, 200);
    const first = budget.within('read', new Promise<void>((done) => clock.schedule(150, done)));
    await clock.advance(150);
    await first;
    const second = expect(budget.within('acquire', never)).rejects.toThrow('acquire');
    await clock.advance(50);
    await second;
  });

  it('takes an answer that is there already, though nothing is left', async () => {
    const clock = new FakeClock();
    const budget = new Budget(clock, 10);
    await clock.advance(20);
    expect(await budget.within('read', Promise.resolve(1))).toBe(1);
    const late = expect(budget.within('read', never)).rejects.toThrow('read');
    await clock.advance(0);
    await late;
  });

  it('drops an answer and an error that come too late', async () => {
    const clock = new FakeClock();
    const ends = [new FakeClock(), new FakeClock()];
    const late = [
      new Promise((resolve) => ends[0]?.schedule(1, () => resolve('late'))),
      new Promise((_, reject) => ends[1]?.schedule(1, () => reject(new Error('late')))),
    ].map((answer) =>
      expect(new Budget(clock, 10).within('read', answer)).rejects.toMatchObject({
        code: 'REMOTE_TIMEOUT',
      }),
    );
    await clock.advance(10);
    await Promise.all(late);
    for (const end of ends) await end.advance(1);
    expect(clock.timers).toBe(0);
  });
});
