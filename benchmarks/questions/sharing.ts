import { setImmediate as turn } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { keepfresh } from '../contenders/keepfresh.ts';
import { keepfreshCopied } from '../contenders/keepfresh-copied.ts';
import { keepfreshShared } from '../contenders/keepfresh-shared.ts';
import { ProcessorTime } from '../measuring/processor-time.ts';
import type { Question } from './question.ts';

const product = {
  name: 'Desk lamp, brass',
  description: 'A lamp for desks, with an arm that stays where it was put. Bulb included.',
  price: { amount: 4_900, currency: 'EUR' },
  vendor: { id: 7, name: 'Lumen' },
  labels: ['lamps', 'desk', 'brass'],
};
const samples: Readonly<Record<string, (id: number) => unknown>> = {
  'a product': (id) => ({ id, ...product }),
  'a product with a Date': (id) => ({ id, ...product, since: new Date(id) }),
  '50 products': (id) => Array.from({ length: 50 }, (_, n) => ({ id: id + n, ...product })),
};
const count = 100;
const bytes = (name: string): number => JSON.stringify(samples[name]!(1)).length;

export const question: Question = {
  title: 'What protecting values costs',
  note: `By the option \`sharing\`: nanoseconds of processor time of a hit in memory, and microseconds of a load that is kept, without a shared store. A product is ${bytes('a product')} bytes of JSON, 50 of them are ${bytes('50 products').toLocaleString('en-US')}. A load encodes and decodes its value with every setting.`,
  contenders: [keepfresh, keepfreshCopied, keepfreshShared],
  columns: Object.fromEntries(
    Object.keys(samples).flatMap((name) => [
      [`hit: ${name}`, 'ns'] as const,
      [`load: ${name}`, 'µs'] as const,
    ]),
  ),
  floor: keepfreshShared.name,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    const cache = await contender.open({ url: server.url, name: 'sharing', without: 'remote' });
    return {
      async round() {
        const answers: Record<string, number> = {};
        for (const [name, make] of Object.entries(samples)) {
          answers[`load: ${name}`] = await costOfLoad(cache, make);
          answers[`hit: ${name}`] = await costOfHit(cache, make);
        }
        return answers;
      },
    };
  },
};

async function costOfLoad(cache: Opened, make: (id: number) => unknown): Promise<number> {
  let µs = 0;
  for (let pass = 0; pass < 20; pass++) {
    for (let id = 0; id < count; id++) await cache.invalidateKey(`p:${id}`);
    const values = Array.from({ length: count }, (_, id) => make(id));
    const spent = new ProcessorTime();
    for (let id = 0; id < count; id++) await cache.read(`p:${id}`, async () => values[id], []);
    µs += spent.µs;
  }
  return µs / (20 * count);
}

async function costOfHit(cache: Opened, make: (id: number) => unknown): Promise<number> {
  const keys = Array.from({ length: count }, (_, id) => `p:${id}`);
  for (const [id, key] of keys.entries()) await cache.read(key, async () => make(id), []);
  const refuse = (): Promise<never> => Promise.reject(new Error('it was not in memory'));
  // Enough to be measured: the dearest hits cost a thousand times the cheapest.
  const enough = 50_000;
  const spent = new ProcessorTime();
  let hits = 0;
  while (spent.µs < enough) {
    for (const key of keys) await cache.read(key, refuse, []);
    hits += keys.length;
    await turn();
  }
  return (spent.µs * 1e3) / hits;
}
