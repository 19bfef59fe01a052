import { keepfreshDecorated, keepfreshTemplate } from '../contenders/keepfresh-decorated.ts';
import { keepfreshWrap } from '../contenders/keepfresh-wrap.ts';
import { ProcessorTime } from '../measuring/processor-time.ts';
import type { Question } from './question.ts';

const keys = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);
const passes = 300;

export const question: Question = {
  title: 'What a decorator adds to a hit',
  note: `Reads of ${keys.length.toLocaleString('en-US')} keys in memory through a cached function and through decorated methods, awaited one after the other; nanoseconds of processor time of one.`,
  contenders: [keepfreshWrap, keepfreshDecorated, keepfreshTemplate],
  columns: { hit: 'ns' },
  floor: keepfreshWrap.name,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    const cache = await contender.open({ url: server.url, name: 'hits', without: 'remote' });
    const load = async (): Promise<object> => ({ name: 'A product', price: 1_999 });
    for (const key of keys) await cache.read(key, load, []);
    return {
      async round() {
        const spent = new ProcessorTime();
        for (let pass = 0; pass < passes; pass++) {
          for (const key of keys) await cache.read(key, load, []);
        }
        return { hit: (spent.µs * 1e3) / (passes * keys.length) };
      },
    };
  },
};
