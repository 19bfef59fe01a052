import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlotQueue } from './slot-queue.ts';

const slots = 20;

describe('SlotQueue', () => {
  it('is empty at first', () => {
    const queue = new SlotQueue();
    expect([queue.first, queue.length, queue.check()]).toEqual([-1, 0, []]);
  });

  it('keeps slots in the order of arrival', () => {
    const queue = new SlotQueue();
    queue.grow(4);
    for (const slot of [2, 0, 3]) queue.append(slot);
    expect([queue.first, queue.length, queue.check()]).toEqual([2, 3, [2, 0, 3]]);
  });

  it.each([
    ['the first', 2, [0, 3]],
    ['one between', 0, [2, 3]],
    ['the last', 3, [2, 0]],
  ])('lets %s leave, and takes it again at the end', (_what, slot, left) => {
    const queue = new SlotQueue();
    queue.grow(4);
    for (const each of [2, 0, 3]) queue.append(each);
    queue.remove(slot);
    expect(queue.check()).toEqual(left);
    queue.append(slot);
    expect(queue.check()).toEqual([...left, slot]);
  });

  it('keeps its order when it grows', () => {
    const queue = new SlotQueue();
    queue.grow(2);
    queue.append(1);
    queue.append(0);
    queue.grow(300);
    queue.append(299);
    expect(queue.check()).toEqual([1, 0, 299]);
  });

  it('does what an array does, whatever the order of steps', { tags: ['thorough'] }, () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.nat(slots - 1) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const queue = new SlotQueue();
        queue.grow(slots);
        let model: number[] = [];
        for (const slot of steps) {
          if (slot === 'clear') {
            queue.clear();
            model = [];
          } else if (model.includes(slot)) {
            queue.remove(slot);
            model = model.filter((each) => each !== slot);
          } else {
            queue.append(slot);
            model.push(slot);
          }
          expect(queue.check()).toEqual(model);
          expect([queue.first, queue.length]).toEqual([model[0] ?? -1, model.length]);
        }
      }),
    );
  });
});
