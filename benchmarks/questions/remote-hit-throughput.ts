import { cacheable } from '../contenders/cacheable.ts';
import { libraries } from '../contenders/index.ts';
import { nodeRedis, nodeRedisUntimed } from '../contenders/node-redis.ts';
import { ProcessorTime } from '../measuring/processor-time.ts';
import type { Question } from './question.ts';

const keys = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);
const inFlight = 64;
const roundMs = 1_000;

export const question: Question = {
  title: 'Hits in Redis per second',
  note: `${inFlight} reads in flight in one process without memory of its own, ${keys.length.toLocaleString('en-US')} keys, values of 200 bytes as JSON, decoded. The client alone does a \`GET\` and \`JSON.parse\`; the deadline that it gives each command by default is most of its cost, so it is also asked without. keepfresh has deadlines, too, and asks with one \`MGET\` for all that is read at the same moment. cacheable cannot do without its memory. Processor time is that of the reading process, client included: unlike the rate it hardly depends on what else the machine does.`,
  contenders: [...libraries.filter((each) => each !== cacheable), nodeRedis, nodeRedisUntimed],
  columns: { 'reads per second': 'per second', 'processor time of one': 'µs' },
  floor: nodeRedis.name,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    const cache = await contender.open({ url: server.url, name: 'hits', without: 'memory' });
    let loads = 0;
    const read = (n: number): Promise<object> =>
      cache.read(keys[n]!, async () => (loads++, productOf(n)), []);
    for (let n = 0; n < keys.length; n++) await read(n);
    const keepReading = async (end: number, first: number): Promise<number> => {
      let reads = 0;
      for (let n = first; performance.now() < end; n++, reads++) {
        await read(n % keys.length);
      }
      return reads;
    };
    return {
      async round() {
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
  },
};

/** 200 bytes as JSON. */
function productOf(id: number): object {
  const product = { id, name: `Product ${id}`, price: 1_999, stock: 12, active: true, text: '' };
  return { ...product, text: 'x'.repeat(200 - JSON.stringify(product).length) };
}
