import { watchPauses } from '../measuring/pauses.ts';
import { everybody } from '../memories/index.ts';
import { lruCache } from '../memories/lru-cache.ts';
import { type OpenedMemory, withExpiry } from '../memories/memory.ts';
import type { MemoryQuestion } from './question.ts';

const maxEntries = 1_000_000;
const ttlMs = 3_000;
const turns = 3_000;
const perTurn = 300;
const tagged = 100_000;
const turnsAfterDeletion = 500;

export const question: MemoryQuestion = {
  title: 'How long a memory holds up the event loop',
  note: `A memory of ${maxEntries.toLocaleString('en-US')} entries is full. In each of ${turns.toLocaleString('en-US')} turns of the event loop, a millisecond or more apart, ${perTurn} new entries are set and as many of the last ${(maxEntries / 2).toLocaleString('en-US')} are read; keys and values are made as they come. Entries live for ${ttlMs / 1_000} s where they can expire, so that about as many expire or are evicted as come; who frees what has expired holds fewer, who does not holds what nobody can read. Nobody waits for the promises of sets, and the whole cache makes a value of its own of each that it is given. The longest time between two turns, and the most that the thread computed between two, which does not count what other processes took from it; the garbage collector's share of the processor time. Last, the same within ${turnsAfterDeletion} turns after the deletion of ${tagged.toLocaleString('en-US')} entries: by their tag, or one after the other by who keeps a list of them, where there are no tags.`,
  memories: everybody.filter((each) => each.expiry !== undefined || each.name.endsWith('TTL')),
  columns: {
    'longest pause': 'ms',
    'longest pause, computed': 'ms',
    'garbage collection, %': 'percent',
    'pause after deletion': 'ms',
    'pause after deletion, computed': 'ms',
  },
  floor: withExpiry(lruCache).name,
  rounds: 2,
  timeoutMs: 120_000,
  open: (contender) => ({
    async round() {
      const churning = new Churning(contender.open({ maxEntries, ttlMs }));
      for (let n = 0; n < maxEntries; n++) await churning.setNext();
      const churn = await watchPauses(turns, () => churning.turn());
      for (let n = 0; n < tagged; n++) await churning.setNext('vendor:7');
      const deletion = await watchPauses(turnsAfterDeletion, (turn) => {
        if (turn === 0) churning.deleteTagged();
      });
      return {
        'longest pause': churn.longestMs,
        'longest pause, computed': churn.longestComputedMs,
        'garbage collection, %': (100 * churn.collectingMs) / churn.computedMs,
        'pause after deletion': deletion.longestMs,
        'pause after deletion, computed': deletion.longestComputedMs,
      };
    },
  }),
};

/** A memory whose entries come and go: the nth one set has the number n in its key. */
class Churning {
  readonly #memory: OpenedMemory;
  #count = 0;

  constructor(memory: OpenedMemory) {
    this.#memory = memory;
  }

  setNext(tag?: string): unknown {
    const id = this.#count++;
    return this.#memory.set(keyOf(id), { id }, tag);
  }

  turn(): void {
    for (let n = 0; n < perTurn; n++) {
      void this.setNext();
      this.#memory.get(keyOf(this.#count - 1 - ((n * 7_919) % (maxEntries / 2))));
    }
  }

  /** Deletes the newest entries, which were set with a tag. */
  deleteTagged(): void {
    if (this.#memory.deleteTag !== undefined) void this.#memory.deleteTag('vendor:7');
    else for (let n = 1; n <= tagged; n++) this.#memory.delete(keyOf(this.#count - n));
  }
}

function keyOf(id: number): string {
  return `product:${id}`;
}
