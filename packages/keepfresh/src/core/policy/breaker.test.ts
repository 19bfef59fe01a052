import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker, type BreakerOptions, type CircuitLimits } from './breaker.ts';

const circuit = (
  limits: Partial<CircuitLimits> = {},
  options: Partial<BreakerOptions> = {},
): Breaker =>
  new Breaker({
    limits: { failures: 3, slowMs: 100, badShare: 0.5, openMs: 100, maxOpenMs: 400, ...limits },
    window: 10,
    random: () => 1,
    ...options,
  });

function fail(breaker: Breaker, times: number, now = 0): void {
  for (let i = 0; i < times; i++) breaker.failed(now);
}

describe('a closed circuit', () => {
  test('lets calls through', () => {
    const breaker = circuit();
    expect(breaker.enter(0)).toBe(true);
    expect(breaker.state).toBe('closed');
  });

  test('opens after the given number of failures in a row', () => {
    const breaker = circuit();
    fail(breaker, 2);
    expect(breaker.state).toBe('closed');
    breaker.failed(0);
    expect(breaker.state).toBe('open');
  });

  test('counts failures in a row: a success between starts anew', () => {
    const breaker = circuit();
    fail(breaker, 2);
    breaker.succeeded(1, 0);
    fail(breaker, 2);
    expect(breaker.state).toBe('closed');
  });

  test('opens when half of the last calls were slow, although none failed', () => {
    const breaker = circuit({ slowMs: 50 });
    for (let i = 0; i < 9; i++) breaker.succeeded(i % 2 === 0 ? 51 : 1, i * 100);
    expect(breaker.state).toBe('closed');
    breaker.succeeded(51, 1_000);
    expect(breaker.state).toBe('open');
  });

  test('counts slow calls that overlap once: the pause may have been our own', () => {
    const breaker = circuit({ slowMs: 50 });
    for (let pause = 1; pause <= 9; pause++) {
      for (let i = 0; i < 20; i++) breaker.succeeded(60 + i / 10, pause * 100);
    }
    expect(breaker.state).toBe('closed');
    breaker.succeeded(60, 1_000);
    expect(breaker.state).toBe('open');
  });

  test('takes an answer of exactly slowMs for good', () => {
    const breaker = circuit({ slowMs: 50 });
    for (let i = 0; i < 30; i++) breaker.succeeded(50, 0);
    expect(breaker.state).toBe('closed');
  });

  test('looks at the last calls only', () => {
    const breaker = circuit({ failures: 1_000 });
    for (let i = 0; i < 4; i++) breaker.failed(0);
    for (let i = 0; i < 10; i++) breaker.succeeded(1, 0);
    for (let i = 0; i < 4; i++) breaker.failed(0);
    expect(breaker.state).toBe('closed');
    breaker.failed(0);
    expect(breaker.state).toBe('open');
  });
});

describe('an open circuit', () => {
  test('lets nothing through until its time is over, then one probe', () => {
    const breaker = circuit();
    fail(breaker, 3, 1_000);
    expect(breaker.enter(1_099)).toBe(false);
    expect(breaker.enter(1_100)).toBe(true);
    expect(breaker.state).toBe('half-open');
    expect(breaker.enter(1_100)).toBe(false);
  });

  test('does not listen to calls from before it opened', () => {
    const breaker = circuit();
    fail(breaker, 3, 1_000);
    fail(breaker, 5, 1_099);
    breaker.succeeded(1, 1_099);
    expect(breaker.enter(1_099)).toBe(false);
    expect(breaker.enter(1_100)).toBe(true);
  });

  test('closes after a probe that answers quickly, with its memory cleared', () => {
    const breaker = circuit();
    fail(breaker, 3, 0);
    breaker.enter(100);
    breaker.succeeded(1, 101);
    expect(breaker.state).toBe('closed');
    fail(breaker, 2, 102);
    expect(breaker.state).toBe('closed');
    breaker.failed(103);
    expect(breaker.enter(202)).toBe(false);
    expect(breaker.enter(203)).toBe(true);
  });

  test('stays open after a probe that is slow', () => {
    const breaker = circuit();
    fail(breaker, 3, 0);
    breaker.enter(100);
    breaker.succeeded(500, 600);
    expect(breaker.state).toBe('open');
  });

  test('waits twice as long after each probe that fails, up to the longest time', () => {
    const breaker = circuit();
    fail(breaker, 3, 0);
    let now = 0;
    for (const wait of [100, 200, 400, 400]) {
      expect(breaker.enter(now + wait - 1)).toBe(false);
      now += wait;
      expect(breaker.enter(now)).toBe(true);
      breaker.failed(now);
    }
  });

  test('sends another probe when the first one never comes back', () => {
    const breaker = circuit({}, { probeMs: 50 });
    fail(breaker, 3, 0);
    expect(breaker.enter(100)).toBe(true);
    expect(breaker.enter(149)).toBe(false);
    expect(breaker.enter(150)).toBe(true);
  });

  test('lets the next probe through at once when it is told to hurry, and no more than one', () => {
    const breaker = circuit();
    breaker.hurry(0);
    fail(breaker, 3, 0);
    expect([breaker.until, breaker.enter(10)]).toEqual([100, false]);
    breaker.hurry(10);
    expect([breaker.until, breaker.enter(10)]).toEqual([10, true]);
    breaker.hurry(11);
    expect(breaker.enter(11)).toBe(false);
  });

  test('waits half to all of its time, as chance has it', () => {
    const breaker = circuit({}, { random: () => 0 });
    fail(breaker, 3, 0);
    expect(breaker.enter(49)).toBe(false);
    expect(breaker.enter(50)).toBe(true);
  });
});

test('a circuit takes other limits while it runs, and what is open stays so until its time', () => {
  const breaker = circuit();
  fail(breaker, 3, 0);
  breaker.configure({ failures: 1, slowMs: 100, badShare: 0.5, openMs: 10, maxOpenMs: 10 });
  expect([breaker.enter(99), breaker.enter(100)]).toEqual([false, true]);
  breaker.succeeded(1, 101);
  breaker.failed(102);
  expect([breaker.enter(111), breaker.enter(112)]).toEqual([false, true]);
});

type Event = { kind: 'enter' | 'fail' | 'succeed'; after: number; took: number };

describe('any circuit', () => {
  const events = fc.array(
    fc.record<Event>({
      kind: fc.constantFrom('enter', 'fail', 'succeed'),
      after: fc.nat(300),
      took: fc.nat(200),
    }),
    { maxLength: 100 },
  );

  test('always lets a call through again within the longest time', () => {
    fc.assert(
      fc.property(events, (history) => {
        const breaker = circuit({}, { probeMs: 300 });
        let now = 0;
        for (const event of history) {
          now += event.after;
          if (event.kind === 'enter') breaker.enter(now);
          else if (event.kind === 'fail') breaker.failed(now);
          else breaker.succeeded(event.took, now);
        }
        expect(breaker.enter(now + 400)).toBe(true);
      }),
    );
  });

  test('never has two probes at the same time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 50 }), (waits) => {
        const breaker = circuit({}, { probeMs: 1_000_000 });
        fail(breaker, 3, 0);
        let now = 0;
        let probes = 0;
        for (const wait of waits) probes += Number(breaker.enter((now += wait)));
        expect(probes).toBe(now >= 100 ? 1 : 0);
      }),
    );
  });
});
