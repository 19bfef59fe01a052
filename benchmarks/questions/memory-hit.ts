import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { contenderNamed, libraries } from '../contenders/index.ts';
import { lruCache } from '../contenders/lru-cache.ts';
import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import type { Question } from './question.ts';

const keys = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);
const tags = ['products', 'vendor:7'];
const batches = 40;
const hitsPerBatch = 5_000;
const invalidationsPerSecond = 100;

export const question: Question = {
  title: 'What a hit in memory costs',
  note: `Reads of ${keys.length.toLocaleString('en-US')} keys with 2 tags each, with Redis configured, awaited one after the other; nanoseconds of one. Then the same while another process invalidates ${invalidationsPerSecond} tags a second that none of these values has. Last, a read that is no promise, where there is one.`,
  contenders: [...libraries, lruCache],
  columns: { hit: 'ns', 'hit amid invalidations': 'ns', 'synchronous hit': 'ns' },
  floor: lruCache.name,
  rounds: 9,
  timeoutMs: 60_000,
  async open({ contender, server }) {
    const without = contender.hasOneLevel ? ('remote' as const) : undefined;
    const cache = await contender.open({ url: server.url, name: 'hits', without });
    for (const [id, key] of keys.entries()) {
      await cache.read(key, async () => ({ id, name: `Product ${id}`, price: 1_999 }), tags);
    }
    const told = cache.invalidateTag !== undefined && without === undefined;
    const other = told ? await openOther(contender.name, server.url) : undefined;
    return {
      async round() {
        const answers: Record<string, number> = { hit: await costOfHit(cache) };
        if (other !== undefined) {
          await other.call('start');
          answers['hit amid invalidations'] = await costOfHit(cache);
          await other.call('stop');
        }
        if (cache.peek !== undefined) answers['synchronous hit'] = costOfPeek(cache);
        return answers;
      },
    };
  },
};

async function openOther(contender: string, url: string): Promise<Actor> {
  const other = Actor.start(import.meta.filename);
  await other.call('open', [contender, url]);
  return other;
}

/** Between batches messages from Redis get their turn, as they do in an application. */
async function costOfHit(cache: Opened): Promise<number> {
  const refuse = (): Promise<never> => Promise.reject(new Error('it was not in memory'));
  let ms = 0;
  for (let batch = 0; batch < batches; batch++) {
    const started = performance.now();
    for (let n = 0; n < hitsPerBatch; n++) await cache.read(keys[n % keys.length]!, refuse, tags);
    ms += performance.now() - started;
    await turn();
  }
  return (ms * 1e6) / (batches * hitsPerBatch);
}

function costOfPeek(cache: Opened): number {
  const times = batches * hitsPerBatch;
  let found = 0;
  const started = performance.now();
  for (let n = 0; n < times; n++) if (cache.peek!(keys[n % keys.length]!) !== undefined) found++;
  const ms = performance.now() - started;
  if (found !== times) throw new Error(`${times - found} reads found nothing`);
  return (ms * 1e6) / times;
}

// From here on: the process that invalidates.

let cache: Opened;
let running = false;

async function invalidateOn(): Promise<void> {
  for (let n = 0; running; n++) {
    const next = pause(1_000 / invalidationsPerSecond);
    await cache.invalidateTag!(`unrelated:${n % 1_000}`);
    await next;
  }
}

const functions = {
  async open(contender: string, url: string): Promise<void> {
    cache = await contenderNamed(contender).open({ url, name: 'hits' });
  },
  start(): void {
    running = true;
    void invalidateOn();
  },
  stop(): void {
    running = false;
  },
};

if (import.meta.main) serveActor(functions);
