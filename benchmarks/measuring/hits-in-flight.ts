import type { Opened } from '../contenders/contender.ts';
import type { Answers, Measurement } from '../questions/question.ts';
import { ProcessorTime } from './processor-time.ts';

/** How many reads are under way at any moment. */
export const inFlight = 64;
const roundMs = 1_000;

/** Keys with values of 200 bytes as JSON. */
export const keys: readonly string[] = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);

/** Stores all values, and measures how fast they are read from where they were stored. */
export async function hitsInFlight(cache: Opened): Promise<Measurement> {
  let loads = 0;
  const read = (n: number): Promise<object> =>
    cache.read(keys[n]!, async () => (loads++, productOf(n)), []);
  for (let n = 0; n < keys.length; n++) await read(n);
  const keepReading = async (end: number, first: number): Promise<number> => {
    let reads = 0;
    for (let n = first; performance.now() < end; n++, reads++) await read(n % keys.length);
    return reads;
  };
  return {
    async round(): Promise<Answers> {
      loads = 0;
      const spent = new ProcessorTime();
      const started = performance.now();
      const end = started + roundMs;
      const readers = Array.from({ length: inFlight }, (_, n) => keepReading(end, n * 15));
      const reads = (await Promise.all(readers)).reduce((sum, each) => sum + each);
      const seconds = (performance.now() - started) / 1_000;
      if (loads > reads / 100) throw new Error(`${loads} of ${reads} values were not in Redis`);
      return { 'reads per second': reads / seconds, 'processor time of one': spent.µs / reads };
    },
  };
}

function productOf(id: number): object {
  const product = { id, name: `Product ${id}`, price: 1_999, stock: 12, active: true, text: '' };
  return { ...product, text: 'x'.repeat(200 - JSON.stringify(product).length) };
}
