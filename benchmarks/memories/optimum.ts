import type { MemoryContender } from './memory.ts';
import { NumberHeap } from './number-heap.ts';

const unknownYet = -1;

/**
 * What cannot be bettered: whatever is asked for latest goes first, if need be what has just come. (Belady, "A
 * study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5/2, 1966.)
 */
export const optimum: MemoryContender = {
  name: 'optimum',
  note: 'knows what will be asked for, and evicts what is asked for latest (Belady): the limit for all others',
  open({ maxEntries, requests = new Uint32Array() }) {
    const nextUse = nextUses(requests);
    const held = new Uint8Array(requests.reduce((most, id) => Math.max(most, id), 0) + 1);
    /** When each entry is used next. Uses that are past stay in it, as the smallest, and never come out. */
    const uses = new NumberHeap();
    let count = 0;
    let now = -1;
    const hold = (): void => {
      // What is never used again is worth no place, and nobody misses it.
      if (nextUse[now] === unknownYet) {
        if (held[requests[now]!] === 1) forget(requests[now]!);
        return;
      }
      if (held[requests[now]!] === 0) count++;
      held[requests[now]!] = 1;
      uses.push(nextUse[now]!);
    };
    const forget = (id: number): void => {
      held[id] = 0;
      count--;
    };
    return {
      get() {
        now++;
        if (held[requests[now]!] === 0) return undefined;
        hold();
        return true;
      },
      set() {
        hold();
        if (count > maxEntries) forget(requests[uses.pop()!]!);
      },
      delete() {},
    };
  },
};

/** For each request the place of the next one for the same key. */
function nextUses(requests: Uint32Array): Int32Array {
  const upcoming = new Map<number, number>();
  const next = new Int32Array(requests.length);
  for (let place = requests.length - 1; place >= 0; place--) {
    next[place] = upcoming.get(requests[place]!) ?? unknownYet;
    upcoming.set(requests[place]!, place);
  }
  return next;
}
