import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadGate } from './load-gate.ts';

const { signal } = new AbortController();

/** Enters and notes when the turn comes; `end` ends it. */
function enter(gate: LoadGate, as: string, order: string[], by: AbortSignal = signal) {
  const entered = (async () => {
    const endTurn = await gate.enter(by);
    order.push(as);
    return endTurn;
  })();
  return { entered, end: async () => (await entered)() };
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('LoadGate', () => {
  it('lets loads in at once until so many run', () => {
    const gate = new LoadGate({ maxRunning: 2, maxQueued: 5 });
    expect(gate.enter(signal)).toBeTypeOf('function');
    expect(gate.enter(signal)).toBeTypeOf('function');
    expect(gate.enter(signal)).toBeInstanceOf(Promise);
    expect([gate.running, gate.queued]).toEqual([2, 1]);
  });

  it('lets the others in one by one, in order of arrival', async () => {
    const gate = new LoadGate({ maxRunning: 1, maxQueued: 5 });
    const order: string[] = [];
    const turns = ['a', 'b', 'c'].map((name) => enter(gate, name, order));
    await settled();
    expect(order).toEqual(['a']);
    await turns[0]?.end();
    await settled();
    expect(order).toEqual(['a', 'b']);
    await turns[1]?.end();
    await turns[2]?.end();
    expect(order).toEqual(['a', 'b', 'c']);
    expect([gate.running, gate.queued]).toEqual([0, 0]);
  });

  it('refuses by name what would have to wait behind too many', async () => {
    const gate = new LoadGate({ maxRunning: 1, maxQueued: 1 });
    const order: string[] = [];
    const first = enter(gate, 'a', order);
    const second = enter(gate, 'b', order);
    await expect(enter(gate, 'c', order).entered).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: '1 loads run and 1 wait; no more are accepted',
    });
    await first.end();
    await second.end();
    expect([gate.running, gate.queued]).toEqual([0, 0]);
  });

  it('queues nobody when there is no queue', async () => {
    const gate = new LoadGate({ maxRunning: 1, maxQueued: 0 });
    const end = await gate.enter(signal);
    await expect(gate.enter(signal)).rejects.toMatchObject({ code: 'OVERLOADED' });
    end();
    expect(gate.enter(signal)).toBeTypeOf('function');
  });

  it('counts the end of a turn once', async () => {
    const gate = new LoadGate({ maxRunning: 1, maxQueued: 5 });
    const end = await gate.enter(signal);
    end();
    end();
    expect(gate.running).toBe(0);
  });

  it('rejects with the reason of who left before or while waiting, and forgets them', async () => {
    const gate = new LoadGate({ maxRunning: 1, maxQueued: 1 });
    const order: string[] = [];
    const running = enter(gate, 'a', order);
    const controller = new AbortController();
    const waiting = enter(gate, 'b', order, controller.signal);
    const gone = new Error('gone');
    controller.abort(gone);
    await expect(waiting.entered).rejects.toBe(gone);
    await expect(gate.enter(controller.signal)).rejects.toBe(gone);
    expect(gate.queued).toBe(0);
    const next = enter(gate, 'c', order);
    await running.end();
    await next.end();
    expect(order).toEqual(['a', 'c']);
  });

  it('lets nobody leave who has got a turn', async () => {
    const gate = new LoadGate({ maxRunning: 1, maxQueued: 5 });
    const order: string[] = [];
    const first = enter(gate, 'a', order);
    const controller = new AbortController();
    const second = enter(gate, 'b', order, controller.signal);
    await first.end();
    await second.entered;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(gate.running).toBe(1);
    await second.end();
    expect(gate.running).toBe(0);
  });

  it('keeps its bounds and loses no turn, whatever comes in which order', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ enter: true } as const) },
      { weight: 2, arbitrary: fc.record({ end: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.record({ leave: fc.nat(20) }) },
    );
    const bounds = fc.record({ maxRunning: fc.integer({ min: 1, max: 3 }), maxQueued: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(
        bounds,
        fc.array(step, { maxLength: 60, size: 'max' }),
        async (max, steps) => {
          const gate = new LoadGate(max);
          const running: (() => void)[] = [];
          const waiting: AbortController[] = [];
          const come = async (): Promise<void> => {
            const controller = new AbortController();
            waiting.push(controller);
            try {
              running.push(await gate.enter(controller.signal));
            } finally {
              waiting.splice(waiting.indexOf(controller), 1);
            }
          };
          for (const one of steps) {
            if ('enter' in one) come().catch(() => {});
            else if ('end' in one) running.splice(one.end % (running.length || 1), 1)[0]?.();
            else waiting[one.leave % (waiting.length || 1)]?.abort(new Error('gone'));
            await settled();
            expect(gate.running).toBe(running.length);
            expect(gate.queued).toBe(waiting.length);
            expect(running.length).toBeLessThanOrEqual(max.maxRunning);
            expect(waiting.length).toBeLessThanOrEqual(max.maxQueued);
            if (waiting.length > 0) expect(running.length).toBe(max.maxRunning);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
