import { describe, expect, it } from 'vitest';
import type { MemoryEntry, TagState } from '../../core/ports/memory.ts';
import { packRough } from './rough-number.ts';
import { Slots } from './slots.ts';

const now = 1.8e12;
const slotsAt = (): Slots<TagState> => new Slots<TagState>({ now: () => now, tracksLog: true });

function entryOf(number: number): MemoryEntry {
  return {
    key: `key ${number}`,
    value: { number },
    tags: [{ tag: `tag ${number}`, bannedSeq: 0, expiredSeq: number }],
    createdAt: now + number,
    freshUntil: now + number + 300,
    staleUntil: now + number + 400 + (number % 7),
    expiresAt: now + number + 500,
    loadStartedAt: number % 3 === 0 ? Number.NEGATIVE_INFINITY : number + 0.5,
    version: number % 5,
    position: Number.MAX_SAFE_INTEGER - number,
    checkedSeq: number % 4,
    weight: number,
  };
}

function heldIn(slots: Slots<TagState>, slot: number): unknown {
  return {
    key: slots.keys[slot],
    value: slots.values[slot],
    tags: slots.tags(slot),
    createdAt: slots.createdAt(slot),
    freshUntil: slots.freshUntil(slot),
    staleUntil: slots.staleUntil(slot),
    expiresAt: slots.expiresAt(slot),
    loadStartedAt: slots.loadStartedAt(slot),
    position: slots.position(slot),
    version: slots.version(slot),
    checkedSeq: slots.checkedSeq(slot),
    weight: slots.weight(slot),
  };
}

describe('Slots', () => {
  it('reserves nothing before it is needed', () => {
    const slots = slotsAt();
    expect([slots.capacity, slots.free]).toEqual([0, 0]);
  });

  it('doubles from 256 places up to the limit', () => {
    const slots = slotsAt();
    const capacities = Array.from({ length: 4 }, () => {
      slots.grow(1000);
      return slots.capacity;
    });
    expect(capacities).toEqual([256, 512, 1000, 1000]);
    const small = slotsAt();
    small.grow(3);
    expect([small.capacity, small.free]).toEqual([3, 3]);
  });

  it('gives out each place once, from the lowest', () => {
    const slots = slotsAt();
    slots.grow(10);
    const taken = Array.from({ length: 10 }, () => slots.take());
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(slots.free).toBe(0);
    slots.grow(1_000);
    const more = new Set(Array.from({ length: slots.free }, () => slots.take()));
    expect(more).toEqual(new Set(Array.from({ length: slots.capacity - 10 }, (_, i) => i + 10)));
  });

  it('gives out each place once, also those that were free when it grew', () => {
    const slots = slotsAt();
    slots.grow(10);
    const taken = new Set([slots.take(), slots.take()]);
    slots.grow(300);
    while (slots.free > 0) taken.add(slots.take());
    expect(taken.size).toBe(slots.capacity);
  });

  it('keeps every field of every entry exactly, also when it grows', () => {
    const slots = slotsAt();
    slots.grow(10_000);
    const held = new Map<number, number>();
    for (let number = 0; number < 600; number++) {
      if (slots.free === 0) slots.grow(10_000);
      const slot = slots.take();
      slots.write(slot, entryOf(number), packRough(number));
      held.set(slot, number);
    }
    for (const [slot, number] of held) expect(heldIn(slots, slot)).toEqual(entryOf(number));
  });

  it('lets go of what a place held, and gives it out again', () => {
    const slots = slotsAt();
    slots.grow(2);
    const slot = slots.take();
    slots.write(slot, entryOf(7), packRough(7));
    slots.give(slot);
    expect(slots.keys[slot]).toBeUndefined();
    expect(slots.values[slot]).toBeUndefined();
    expect(slots.tags(slot)).toEqual([]);
    expect(slots.weight(slot)).toBe(0);
    expect([slots.free, slots.take()]).toEqual([2, slot]);
  });

  it('grows by a quarter when it is large, so that little is reserved in vain', () => {
    const slots = slotsAt();
    while (slots.capacity < 100_000) slots.grow(1_000_000);
    const before = slots.capacity;
    slots.grow(1_000_000);
    expect(slots.capacity / before).toBeCloseTo(1.25, 3);
    expect(slots.keys.length).toBe(slots.capacity);
  });

  it('lets nothing be fresh, stale or alive for longer than it was said', () => {
    const slots = slotsAt();
    slots.grow(10);
    const slot = slots.take();
    const ends = [0, 0.3, 0.9, 77.7].flatMap((add) => [
      { freshUntil: now + add, staleUntil: now + add, expiresAt: now + add },
      { freshUntil: now - add, staleUntil: now + add, expiresAt: now + 2 * add },
      { freshUntil: -Infinity, staleUntil: now + add, expiresAt: now + 2 * add },
      { freshUntil: -Infinity, staleUntil: -Infinity, expiresAt: now + 2 * add },
      { freshUntil: Infinity, staleUntil: Infinity, expiresAt: Infinity },
    ]);
    for (const end of ends) {
      slots.write(slot, { ...entryOf(1), ...end }, 1);
      for (const name of ['freshUntil', 'staleUntil', 'expiresAt'] as const) {
        expect(slots[name](slot)).toBeLessThanOrEqual(end[name]);
        if (Number.isFinite(end[name])) expect(slots[name](slot)).toBeGreaterThan(end[name] - 2.1);
      }
    }
  });

  it('keeps a promise with a value, for as long as it is that value', () => {
    const slots = slotsAt();
    slots.grow(1000);
    const place = slots.take();
    const promise = Promise.resolve(1);
    const leave = (): unknown => {
      slots.write(place, entryOf(1), packRough(1));
      expect(slots.promise(place)).toBeUndefined();
      slots.setPromise(place, promise);
      return slots.promise(place);
    };
    expect(leave()).toBe(promise);
    slots.grow(1000);
    expect(slots.promise(place)).toBe(promise);
    expect(leave()).toBe(promise);
    slots.give(place);
    expect(slots.promise(place)).toBeUndefined();
  });

  it('expires without touching the end', () => {
    const slots = slotsAt();
    slots.grow(10);
    const slot = slots.take();
    slots.write(slot, entryOf(1), 1);
    slots.expire(slot);
    expect([slots.freshUntil(slot), slots.staleUntil(slot)]).toEqual([-Infinity, -Infinity]);
    expect(slots.expiresAt(slot)).toBe(now + 501);
  });

  it('holds nothing of a log that there is not', () => {
    const slots = new Slots<TagState>({ now: () => now, tracksLog: false });
    slots.grow(10);
    const slot = slots.take();
    slots.write(slot, entryOf(1), 1);
    expect([slots.loadStartedAt(slot), slots.position(slot)]).toEqual([-Infinity, 0]);
    expect(slots.version(slot)).toBe(1);
  });
});
