import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { contenderNamed, libraries } from '../contenders/index.ts';
import { lruCache } from '../contenders/lru-cache.ts';
import { lruCacheCoarse } from '../contenders/lru-cache-coarse.ts';
import { ProcessorTime } from '../measuring/processor-time.ts';
import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import type { Question } from './question.ts';

const keys = Array.from({ length: 1_000 }, (_, n) => `product:${n}`);
const tags = ['products', 'vendor:7'];
const unrelated = 'unrelated';
const batches = 100;
const passesPerBatch = 5;
const hits = batches * passesPerBatch * keys.length;
const invalidationsPerSecond = 100;
const floors = [lruCache, lruCacheCoarse];

export const question: Question = {
  title: 'What a hit in memory costs',
  note: `Reads of ${keys.length.toLocaleString('en-US')} keys with 2 tags each, with Redis configured, awaited one after the other; nanoseconds of processor time of one, with what the process does beside. Then the same while another process invalidates ${invalidationsPerSecond} tags a second that none of these values has, and where each hit is the first of its value after such an invalidation. Last, a read that is no promise, where there is one. What has no tags shows its plain hit throughout.`,
  contenders: [...libraries, ...floors],
  columns: {
    hit: 'ns',
    'hit amid invalidations': 'ns',
    'first hit after an invalidation': 'ns',
    'synchronous hit': 'ns',
  },
  floor: lruCache.name,
  rounds: 9,
  timeoutMs: 120_000,
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
          answers['first hit after an invalidation'] = await costOfFirstHit(cache);
        } else if (floors.includes(contender)) {
          answers['hit amid invalidations'] = answers['hit']!;
          answers['first hit after an invalidation'] = answers['hit']!;
        }
        if (cache.peek !== undefined) answers['synchronous hit'] = await costOfPeek(cache);
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

const refuse = (): Promise<never> => Promise.reject(new Error('it was not in memory'));

/** Between batches messages from Redis get their turn, as they do in an application. */
async function costOfHit(cache: Opened): Promise<number> {
  const spent = new ProcessorTime();
  for (let batch = 0; batch < batches; batch++) {
    for (let pass = 0; pass < passesPerBatch; pass++) {
      for (const key of keys) await cache.read(key, refuse, tags);
    }
    await turn();
  }
  return (spent.µs * 1e3) / hits;
}

/** What the invalidations themselves cost is not counted. */
async function costOfFirstHit(cache: Opened): Promise<number> {
  let µs = 0;
  for (let batch = 0; batch < batches; batch++) {
    await cache.invalidateTag!(unrelated);
    const spent = new ProcessorTime();
    for (const key of keys) await cache.read(key, refuse, tags);
    µs += spent.µs;
  }
  return (µs * 1e3) / (batches * keys.length);
}

async function costOfPeek(cache: Opened): Promise<number> {
  let found = 0;
  const spent = new ProcessorTime();
  for (let batch = 0; batch < batches; batch++) {
    for (let pass = 0; pass < passesPerBatch; pass++) {
      for (const key of keys) if (cache.peek!(key) !== undefined) found++;
    }
    await turn();
  }
  if (found !== hits) throw new Error(`${hits - found} reads found nothing`);
  return (spent.µs * 1e3) / hits;
}

// From here on: the process that invalidates.

let cache: Opened;
let running = false;

async function invalidateOn(): Promise<void> {
  for (let n = 0; running; n++) {
    const next = pause(1_000 / invalidationsPerSecond);
    await cache.invalidateTag!(`${unrelated}:${n % 1_000}`);
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
