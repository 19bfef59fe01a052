import { setImmediate as turn } from 'node:timers/promises';
import { SeededRandom } from 'keepfresh/testing';
import { ProcessorTime } from '../measuring/processor-time.ts';
import { everybody } from '../memories/index.ts';
import { lruCache } from '../memories/lru-cache.ts';
import type { OpenedMemory } from '../memories/memory.ts';
import { Zipf } from '../workloads/zipf.ts';
import type { MemoryQuestion } from './question.ts';

const maxEntries = 100_000;
const keysAskedFor = 1_000_000;
const operations = 250_000;
const operationsPerTurn = 5_000;

/** Does the nth operation on a key; what is a promise is awaited before the next. */
type Operation = (memory: OpenedMemory, key: string, n: number) => unknown;

export const question: MemoryQuestion = {
  title: 'What reading and writing a memory costs',
  note: `Processor time of one operation, threads of the garbage collector included, of a memory that holds ${maxEntries.toLocaleString('en-US')} entries. First reads of what is there; then reads mixed with writes, of ${keysAskedFor.toLocaleString('en-US')} keys of which most are not there; last reads after each of which the value is set if it was not there. Keys by Zipf's law, skew 0.99, made beforehand. keepfresh's policies are measured as a map: its memory alone, which lru-cache is too.`,
  memories: everybody,
  columns: { get: 'ns', '90 % get': 'ns', '50 % get': 'ns', 'get, else set': 'ns' },
  floor: lruCache.name,
  rounds: 7,
  timeoutMs: 60_000,
  open(contender) {
    const memory = contender.open({ maxEntries });
    const held = drawKeys(maxEntries);
    const wanted = drawKeys(keysAskedFor);
    const isSet = drawShares();
    const mixed = (share: number): Operation => {
      return (to, key, n) => (isSet[n]! < share ? to.set(key, valueOf(n)) : void to.get(key));
    };
    const getElseSet: Operation = (to, key, n) =>
      to.get(key) === undefined ? to.set(key, valueOf(n)) : undefined;
    return {
      async round() {
        for (const key of new Set(held)) await memory.set(key, valueOf(0));
        return {
          get: await costOf(memory, held, (from, key) => void from.get(key)),
          '90 % get': await costOf(memory, wanted, mixed(0.1)),
          '50 % get': await costOf(memory, wanted, mixed(0.5)),
          'get, else set': await costOf(memory, wanted, getElseSet),
        };
      },
    };
  },
};

const values = Array.from({ length: 1_000 }, (_, id) => ({ id, name: `Product ${id}` }));
const valueOf = (n: number): object => values[n % values.length]!;

function drawKeys(keys: number): string[] {
  const zipf = new Zipf(keys, 0.99, 'throughput');
  const names = Array.from({ length: keys }, (_, n) => `product:${n}`);
  return Array.from({ length: operations }, () => names[zipf.draw()]!);
}

function drawShares(): Float64Array {
  const random = new SeededRandom('throughput');
  return Float64Array.from({ length: operations }, () => random.fraction());
}

/** Between batches the event loop takes a turn, as it does in an application: some read the clock once a turn. */
async function costOf(memory: OpenedMemory, keys: string[], operate: Operation): Promise<number> {
  const spent = new ProcessorTime();
  for (let n = 0; n < operations; n++) {
    const done = operate(memory, keys[n]!, n);
    if (done instanceof Promise) await done;
    if (n % operationsPerTurn === 0) await turn();
  }
  return (spent.µs * 1_000) / operations;
}
