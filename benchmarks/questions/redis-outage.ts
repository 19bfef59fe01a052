import { setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { libraries } from '../contenders/index.ts';
import { quantile } from '../measuring/quantile.ts';
import type { Question, Stage } from './question.ts';

const outageMs = 6_000;
const everyMs = 20;
const loadMs = 5;
/** Nobody waits longer for one read, or for things to be normal again. */
const capMs = 12_000;

const ways = ['killed', 'stopped'] as const;
type Way = (typeof ways)[number];

const figures = {
  median: 'ms',
  longest: 'ms',
  'longest before the circuit opened': 'ms',
  'p99 after it': 'ms',
  'longest after it': 'ms',
  'p99 over its own load, after it': 'ms',
  failed: 'text',
  'normal again after': 'ms',
} as const;

export const question: Question = {
  title: `Redis is away for ${outageMs / 1_000} seconds`,
  note: `Killed, or stopped with SIGSTOP so that connections stay open and nothing answers; default settings. A cold key is read every ${everyMs} ms, which takes ${loadMs} ms to load; no read is waited for longer than ${capMs / 1_000} s. Where a library says when it stops asking Redis, the reads that began before and after that are shown apart, and of the latter also by how much they took longer than the load that they waited for: a load, too, is late on a machine that does other work. "Normal again" is when a value that one process loads is found by another, counted from the moment at which Redis answers again.`,
  contenders: libraries,
  columns: Object.fromEntries(
    ways.flatMap((way) =>
      Object.entries(figures).map(([figure, unit]) => [`${way}: ${figure}`, unit]),
    ),
  ),
  timeoutMs: 120_000,
  async open(stage) {
    return {
      async round() {
        const answers: Record<string, number | string> = {};
        for (const way of ways) {
          const measured = Object.entries(await measure(stage, way));
          for (const [figure, value] of measured) answers[`${way}: ${figure}`] = value;
        }
        return answers;
      },
    };
  },
};

interface Read {
  readonly beganAt: number;
  readonly ms: number;
  /** How long its own load took; undefined when it came to none. */
  readonly loadMs: number | undefined;
  readonly failed: boolean;
}

async function measure(
  { contender, server }: Stage,
  way: Way,
): Promise<Record<string, number | string>> {
  const open = (): Promise<Opened> => contender.open({ url: server.url, name: way });
  const [cache, other] = [await open(), await open()];
  let openedAt: number | undefined;
  cache.onCircuitOpened?.(() => (openedAt ??= performance.now()));
  await cache.read('warm-up', async () => 1, []);
  await pause(500);
  if (way === 'killed') await server.kill();
  else server.pause();
  const reads = await readFor(cache, outageMs);
  if (way === 'killed') await server.start();
  else server.resume();
  const normal = await timeUntilShared(cache, other);
  const settled = await Promise.all(reads);
  void Promise.all([cache.close(), other.close()]).catch(() => {});
  return { ...figuresOf(settled, openedAt), 'normal again after': normal };
}

function figuresOf(
  reads: readonly Read[],
  openedAt: number | undefined,
): Record<string, number | string> {
  const longest = (some: readonly Read[]): number => Math.max(0, ...some.map(({ ms }) => ms));
  const all = reads.map(({ ms }) => ms);
  const failed = reads.filter((read) => read.failed).length;
  const overall = {
    median: quantile(all, 0.5),
    longest: longest(reads),
    failed: `${failed} of ${reads.length}`,
  };
  if (openedAt === undefined) return overall;
  const before = reads.filter(({ beganAt }) => beganAt < openedAt);
  const after = reads.filter(({ beganAt }) => beganAt >= openedAt);
  return {
    ...overall,
    'longest before the circuit opened': longest(before),
    'p99 after it': quantile(
      after.map(({ ms }) => ms),
      0.99,
    ),
    'longest after it': longest(after),
    'p99 over its own load, after it': quantile(overLoads(after), 0.99),
  };
}

/** By how much each read took longer than its load. */
function overLoads(reads: readonly Read[]): number[] {
  return reads.flatMap(({ ms, loadMs }) => (loadMs === undefined ? [] : [ms - loadMs]));
}

/** Begins a read of another key every few milliseconds, whatever became of the ones before. */
async function readFor(cache: Opened, ms: number): Promise<Promise<Read>[]> {
  const reads: Promise<Read>[] = [];
  for (const end = performance.now() + ms; performance.now() < end; await pause(everyMs)) {
    const key = `cold:${reads.length}`;
    reads.push(timed((load) => cache.read(key, load, [])));
  }
  return reads;
}

async function timed(read: (load: () => Promise<string>) => Promise<unknown>): Promise<Read> {
  const beganAt = performance.now();
  let ownMs: number | undefined;
  let failed = false;
  const load = async (): Promise<string> => {
    const startedAt = performance.now();
    await pause(loadMs);
    ownMs = performance.now() - startedAt;
    return 'value';
  };
  await withCap(read(load).catch(() => (failed = true)));
  return { beganAt, ms: performance.now() - beganAt, loadMs: ownMs, failed };
}

/** Until `other` finds what `cache` has loaded; the cap when it does not come to that. */
async function timeUntilShared(cache: Opened, other: Opened): Promise<number> {
  const started = performance.now();
  for (let n = 0; performance.now() - started < capMs; n++, await pause(everyMs)) {
    let found = true;
    const load = async (): Promise<string> => {
      found = false;
      return 'value';
    };
    await withCap(cache.read(`again:${n}`, async () => 'value', []).catch(() => {}));
    await pause(everyMs);
    await withCap(other.read(`again:${n}`, load, []).catch(() => (found = false)));
    if (found) break;
  }
  return performance.now() - started;
}

function withCap(promise: Promise<unknown>): Promise<unknown> {
  const { resolve, promise: over } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, capMs);
  return Promise.race([promise, over]).finally(() => clearTimeout(timer));
}
