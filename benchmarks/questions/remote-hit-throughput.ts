import { cacheable } from '../contenders/cacheable.ts';
import { libraries } from '../contenders/index.ts';
import { nodeRedis } from '../contenders/node-redis.ts';
import type { Question } from './question.ts';

const keys = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);
const inFlight = 64;
const roundMs = 1_000;

export const question: Question = {
  title: 'Hits in Redis per second',
  note: `${inFlight} reads in flight in one process without memory of its own, ${keys.length.toLocaleString('en-US')} keys, values of 200 bytes as JSON, decoded. The client alone does a \`GET\` and \`JSON.parse\`. cacheable cannot do without its memory.`,
  contenders: [...libraries.filter((each) => each !== cacheable), nodeRedis],
  columns: { 'reads per second': 'per second' },
  floor: nodeRedis.name,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    const cache = await contender.open({ url: server.url, name: 'hits', without: 'memory' });
    for (const [n, key] of keys.entries()) await cache.read(key, async () => productOf(n), []);
    const refuse = (): Promise<never> => Promise.reject(new Error('it was not in Redis'));
    const keepReading = async (end: number, first: number): Promise<number> => {
      let reads = 0;
      for (let n = first; performance.now() < end; n++, reads++) {
        await cache.read(keys[n % keys.length]!, refuse, []);
      }
      return reads;
    };
    return {
      async round() {
        const started = performance.now();
        const end = started + roundMs;
        const readers = Array.from({ length: inFlight }, (_, n) => keepReading(end, n * 15));
        const reads = (await Promise.all(readers)).reduce((sum, each) => sum + each);
        return { 'reads per second': (reads * 1_000) / (performance.now() - started) };
      },
    };
  },
};

/** 200 bytes as JSON. */
function productOf(id: number): object {
  const product = { id, name: `Product ${id}`, price: 1_999, stock: 12, active: true, text: '' };
  return { ...product, text: 'x'.repeat(200 - JSON.stringify(product).length) };
}
