import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

function fifoWith(...slots: number[]): Fifo {
  const fifo = new Fifo();
  fifo.grow(8);
  for (const slot of slots) fifo.onInsert(slot);
  return fifo;
}

/** Evicts until nothing is left. */
function victims(fifo: Fifo): number[] {
  const order = [];
  for (let slot = fifo.evict(); slot !== -1; slot = fifo.evict()) order.push(slot);
  return order;
}

describe('Fifo', () => {
  it('has no victim when it holds nothing', () => {
    expect(new Fifo().evict()).toBe(-1);
    expect(victims(fifoWith())).toEqual([]);
  });

  it('lets go in the order of insertion, however often an entry was used or replaced', () => {
    const fifo = fifoWith(3, 0, 7);
    for (const slot of [3, 3, 0]) fifo.onHit(slot);
    fifo.onReplace(3);
    expect(victims(fifo)).toEqual([3, 0, 7]);
  });

  it('counts a slot that is used again as new', () => {
    const fifo = fifoWith(3, 0);
    fifo.onRemove(3);
    fifo.onInsert(3);
    expect(victims(fifo)).toEqual([0, 3]);
  });

  it('keeps its order when it grows, and forgets it when it is cleared', () => {
    const fifo = fifoWith(3, 0);
    fifo.grow(1000);
    fifo.onInsert(999);
    expect(fifo.evict()).toBe(3);
    fifo.clear();
    fifo.onInsert(5);
    expect(victims(fifo)).toEqual([5]);
  });
});
