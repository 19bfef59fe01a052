import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';
import { everybody } from '../memories/index.ts';
import type { OpenedMemory } from '../memories/memory.ts';
import type { MemoryQuestion } from './question.ts';

const entries = 1_000_000;

export const question: MemoryQuestion = {
  title: 'What an entry takes, without its key and its value',
  note: `Bytes on the heap and outside it, of a memory bounded to ${entries.toLocaleString('en-US')} entries and full; then after as many again have pushed those out, twice. All keys exist before the memory does, each in one piece, and stay referenced, and all values are the same small number: what is measured is what the memory adds. V8's \`Map\` alone takes 29 bytes, which keepfresh does without.`,
  memories: everybody,
  columns: { filled: 'bytes', 'filled three times': 'bytes' },
  // Each takes 3 to 10 s; the whole took over ten minutes for waiting for one that does not come to an end.
  timeoutMs: 75_000,
  open(contender) {
    const keys = Array.from({ length: 3 * entries }, (_, n) => flat(`product:${n}`));
    return {
      async round() {
        const before = await bytesInUse();
        const memory = contender.open({ maxEntries: entries });
        await setAll(memory, keys.slice(0, entries));
        const filled = (await bytesInUse()) - before;
        await setAll(memory, keys.slice(entries));
        const refilled = (await bytesInUse()) - before;
        if (memory.get(keys.at(-1)!) !== value) throw new Error('it did not keep the newest entry');
        return { filled: filled / entries, 'filled three times': refilled / entries };
      },
    };
  },
};

/** V8 makes one string of what was joined when somebody reads its characters: who hashes keys must not pay for it. */
function flat(key: string): string {
  return Buffer.from(key, 'latin1').toString('latin1');
}

/** A small number takes no room of its own, and no memory has to protect it from changes. */
const value = 7;

async function setAll(memory: OpenedMemory, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const done = memory.set(key, value);
    if (done instanceof Promise) await done;
  }
}

async function bytesInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What is freed only in a later turn, such as what outlived its finalizer, is gone after the third.
  for (let times = 0; times < 3; times++) {
    collect();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
