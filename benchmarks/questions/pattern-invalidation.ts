import { setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { keepfresh } from '../contenders/keepfresh.ts';
import { nodeRedis } from '../contenders/node-redis.ts';
import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import { median, quantile } from '../measuring/quantile.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const strangers = 1_000_000;
const matching = 100;
const writes = 200;
const repeats = 25;
const awakeReads = 20;

export const question: Question = {
  title: `Invalidating ${matching} of ${strangers.toLocaleString('en-US')} keys by pattern`,
  note: `Against \`SCAN\` with \`MATCH\` and \`COUNT 1000\`, and \`UNLINK\`, on a server with the same ${strangers.toLocaleString('en-US')} keys; medians of ${repeats}. Each is measured twice: of a process that slept for a while, whose code and connection are in no cache of the processor any more, and of one that is awake, as one that serves requests is: ${awakeReads} reads of another key end right before. The floors are what the same process waits for an answer to nothing, asleep and awake. Meanwhile another process sends a \`GET\` every millisecond: its 99th percentile before, and during the invalidation and the half second after it began. "Old values kept" counts, of ${writes} loads under the pattern that began before the invalidation and ended evenly spread over the time that it takes (at least 100 ms), those whose old value is served afterwards.`,
  contenders: [keepfresh, nodeRedis],
  columns: {
    'the invalidation takes': 'ms',
    'floor: a PING': 'ms',
    'awake: the invalidation takes': 'ms',
    'awake: floor: a PING': 'ms',
    'GET p99 before': 'ms',
    'GET p99 during': 'ms',
    'old values kept': 'count',
  },
  timeoutMs: 600_000,
  redisArgs: ['--enable-debug-command', 'yes'],
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
    await admin.sendCommand(['DEBUG', 'POPULATE', String(strangers), 'stranger', '200']);
    const cache = await contender.open({ url: server.url, name: 'patterns' });
    const probe = Actor.start(import.meta.filename);
    await probe.call('open', [server.url]);
    return {
      async round() {
        await probe.call('start');
        await pause(2_000);
        const before = await probe.call<number>('p99');
        const { times, pings, timesAwake, pingsAwake, during } = noSamples();
        const invalidate = (): Promise<unknown> => cache.invalidatePattern!('user:42:*');
        for (let n = 0; n < repeats; n++) {
          await fill(cache);
          await probe.call('start');
          pings.push(await timed(() => admin.ping()));
          await pause(100);
          times.push(await timed(invalidate));
          await pause(500);
          during.push(await probe.call<number>('p99'));
          await fill(cache);
          await wake(cache);
          timesAwake.push(await timed(invalidate));
          await wake(cache);
          pingsAwake.push(await timed(() => admin.ping()));
        }
        return {
          'the invalidation takes': median(times),
          'floor: a PING': median(pings),
          'awake: the invalidation takes': median(timesAwake),
          'awake: floor: a PING': median(pingsAwake),
          'GET p99 before': before,
          'GET p99 during': median(during),
          'old values kept': await countKept(cache, Math.max(100, median(times))),
        };
      },
    };
  },
};

type Sampled = 'times' | 'pings' | 'timesAwake' | 'pingsAwake' | 'during';

function noSamples(): Record<Sampled, number[]> {
  return { times: [], pings: [], timesAwake: [], pingsAwake: [], during: [] };
}

const keyOf = (n: number): string => `user:42:${n}`;

async function fill(cache: Opened): Promise<void> {
  const keys = Array.from({ length: matching }, (_, n) => keyOf(n));
  await Promise.all(keys.map((key) => cache.read(key, async () => 'value', [])));
  await pause(100);
}

/** Reads from Redis, one after the other, what is under another key each time and so in no memory. */
async function wake(cache: Opened): Promise<void> {
  for (let n = 0; n < awakeReads; n++) {
    await cache.read(`awake:${awakened++}`, async () => 'value', []);
  }
}

let awakened = 0;

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** Loads begin, then the pattern is invalidated, and the loads end one after the other over `spreadMs`. */
async function countKept(cache: Opened, spreadMs: number): Promise<number> {
  await cache.invalidatePattern!('user:42:*');
  const keys = Array.from({ length: writes }, (_, n) => keyOf(matching + n));
  let begun = 0;
  const load = async (): Promise<string> => {
    const nth = begun++;
    await allBegun.promise;
    return pause((nth * spreadMs) / writes, 'old');
  };
  const allBegun = Promise.withResolvers<void>();
  const loads = keys.map((key) => cache.read(key, load, []));
  while (begun < writes) await pause(1);
  allBegun.resolve();
  await Promise.all([cache.invalidatePattern!('user:42:*'), ...loads]);
  await pause(100);
  const found = await Promise.all(keys.map((key) => cache.read(key, async () => 'new', [])));
  return found.filter((value) => value === 'old').length;
}

// From here on: the process that sends a GET every millisecond.

let client: RawClient;
let times: number[] = [];

async function probe(): Promise<never> {
  for (let n = 0; ; n++) {
    const started = performance.now();
    await client.get(`stranger:${n % strangers}`);
    times.push(performance.now() - started);
    await pause(1);
  }
}

const functions = {
  async open(url: string): Promise<void> {
    client = await rawClient(url);
    void probe();
  },
  start(): void {
    times = [];
  },
  p99: (): number => quantile(times, 0.99),
};

if (import.meta.main) serveActor(functions);
