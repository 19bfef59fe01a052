import type { Action, Fault, Plan, Step } from './plan.ts';

/** A history that went wrong somewhere, told as a plan. */
export interface NamedHistory {
  readonly name: string;
  /** Where it was seen, or who warned of it. */
  readonly seenIn: string;
  /** Played with several seeds, which differ in the delays of messages. */
  readonly plan: (seed: number) => Plan;
  /** Where it is about waiting: no read takes longer, in milliseconds. */
  readonly longestReadMs?: number | undefined;
}

type Course = Omit<Partial<Plan>, 'seed'> & { readonly steps: readonly Step[] };

function history(
  name: string,
  seenIn: string,
  course: Course,
  longestReadMs?: number,
): NamedHistory {
  const last = Math.max(...course.steps.map(({ at }) => at));
  return {
    name,
    seenIn,
    longestReadMs,
    plan: (seed) => ({
      seed,
      maxLagMs: [400, 400, 400],
      wallOffsets: [0, 90_000, -90_000],
      memory: [true, true, true],
      delays: { mostMs: seed % 4, slowShare: 0, slowMs: 0, slowUntilMs: 0 },
      lossShare: 0,
      partialShare: 0,
      retentionMs: 60_000,
      sourceLagMs: 0,
      ttlMs: 60_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      calm: false,
      endMs: last + 4_000,
      ...course,
    }),
  };
}

const A = 0;
const B = 1;
const C = 2;

function does(at: number, process: number, action: Action): Step {
  return { at, process, action };
}

function load(at: number, process: number, key: string, loadMs = 1): Step {
  const builtFrom = key === 'p:1' ? ['a'] : [];
  return does(at, process, { kind: 'getOrSet', key, loadMs, builtFrom });
}

function invalidateKey(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'invalidate', keys: [key] });
}

function invalidateTag(at: number, process: number, tag: string): Step {
  return does(at, process, { kind: 'invalidate', tags: [tag] });
}

function befalls(at: number, fault: Fault): Step {
  return { at, fault };
}

/** Everybody reads, at once and when H is over. */
function readEverywhere(at: number, key: string): Step[] {
  return [at, at + 500].flatMap((time) =>
    [A, B, C].flatMap((process) => [
      does(time, process, { kind: 'get', key }),
      load(time + 5, process, key),
    ]),
  );
}

function peekOften(from: number, process: number, key: string): Step[] {
  return Array.from({ length: 15 }, (_, index) =>
    does(from + 10 * index, process, { kind: 'peek', key }),
  );
}

/** Histories from other caches' bug lists and from reviews of this protocol. */
export const namedHistories: readonly NamedHistory[] = [
  history('an entry of an invalidated tag is read again', 'HybridCache, dotnet/extensions#7771', {
    steps: [
      load(100, A, 'a'),
      load(200, B, 'a'),
      invalidateTag(300, A, 't0'),
      ...readEverywhere(301, 'a'),
      befalls(900, { kind: 'crash', process: B, restartAfterMs: 1 }),
      ...readEverywhere(1_000, 'a'),
    ],
  }),
  history('a tag is invalidated while a value is loaded', 'HybridCache, by reading', {
    steps: [
      load(100, A, 'a', 200),
      invalidateTag(150, A, 't0'),
      load(160, A, 'a', 20),
      ...readEverywhere(310, 'a'),
      load(1_000, A, 'b', 200),
      invalidateTag(1_050, B, 't1'),
      ...readEverywhere(1_210, 'b'),
    ],
  }),
  history('a client takes the lease again while its first load runs', 'rueidisaside, ABA', {
    lossShare: 1,
    maxLagMs: [1_000, 1_000, 1_000],
    steps: [
      load(262, A, 'a', 180),
      invalidateKey(300, B, 'a'),
      does(320, A, { kind: 'refresh', key: 'a', loadMs: 600 }),
      ...readEverywhere(460, 'a'),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('a value and its invalidation arrive in one packet', 'lettuce#3481', {
    steps: [
      load(100, A, 'a'),
      befalls(199, { kind: 'stall', process: B, server: 'data', forMs: 51 }),
      befalls(199, { kind: 'stall', process: B, server: 'control', forMs: 51 }),
      load(200, B, 'a'),
      does(201, B, { kind: 'get', key: 'a' }),
      invalidateTag(210, A, 't0'),
      ...readEverywhere(250, 'a'),
      ...readEverywhere(700, 'a'),
    ],
  }),
  history('a process misses messages while its connection is lost', 'FusionCache, backplane', {
    steps: [
      load(100, A, 'a'),
      load(110, A, 'b'),
      load(200, B, 'a'),
      load(200, B, 'b'),
      befalls(300, { kind: 'cut', process: B, server: 'control', forMs: 3_000, knownAfterMs: 700 }),
      befalls(300, { kind: 'cut', process: B, server: 'data', forMs: 3_000, knownAfterMs: 700 }),
      invalidateKey(500, A, 'a'),
      invalidateTag(500, A, 't1'),
      ...readEverywhere(920, 'a'),
      ...readEverywhere(920, 'b'),
      ...readEverywhere(3_301, 'a'),
      ...readEverywhere(3_301, 'b'),
    ],
  }),
  history('a pattern is banned while a value is fetched', 'Varnish, ban during fetch', {
    steps: [
      load(100, A, 'a', 200),
      does(150, B, { kind: 'invalidate', pattern: 'a*' }),
      ...readEverywhere(310, 'a'),
      ...readEverywhere(700, 'a'),
    ],
  }),
  history('a stale value is refreshed while it is invalidated', 'Rails, race_condition_ttl', {
    ttlMs: 400,
    staleWhileRevalidateMs: 5_000,
    steps: [
      load(100, A, 'a'),
      load(700, A, 'a', 300),
      invalidateKey(800, B, 'a'),
      load(900, B, 'a'),
      ...readEverywhere(1_010, 'a'),
      ...readEverywhere(1_600, 'a'),
    ],
  }),
  history('a value expires while it is loaded', 'found by simulation', {
    steps: [
      load(100, A, 'a', 200),
      does(150, A, { kind: 'expire', tags: ['t0'] }),
      ...readEverywhere(700, 'a'),
    ],
  }),
  history('a load is joined after its key was expired', 'a review of the code', {
    steps: [
      load(100, A, 'b'),
      load(200, A, 'a', 200),
      does(250, A, { kind: 'expire', keys: ['a'] }),
      load(260, A, 'a', 20),
      load(500, A, 'c', 200),
      does(550, A, { kind: 'expire', tags: ['t0', 't1', 't2'] }),
      load(560, A, 'c', 20),
      ...readEverywhere(800, 'a'),
    ],
  }),
  history('the log forgets that a key was expired', 'a review of the code', {
    retentionMs: 1_000,
    steps: [
      load(100, A, 'a'),
      does(1_000, A, { kind: 'expire', keys: ['a'] }),
      // Before it looks once more at what it expired.
      befalls(1_100, { kind: 'crash', process: A, restartAfterMs: 1 }),
      ...[2_300, 2_600, 2_900].map((at) => invalidateKey(at, A, 'b')),
      befalls(3_000, { kind: 'crash', process: C, restartAfterMs: 1 }),
      does(3_100, C, { kind: 'get', key: 'a' }),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a load that began before an expiry ends after it', 'a review of the code', {
    retentionMs: 1_000,
    steps: [
      load(100, B, 'a', 400),
      does(300, A, { kind: 'expire', keys: ['a'] }),
      ...[1_700, 2_800, 2_900].map((at) => invalidateKey(at, A, 'b')),
      befalls(3_000, { kind: 'crash', process: C, restartAfterMs: 1 }),
      does(3_100, C, { kind: 'get', key: 'a' }),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a value that is set arrives after an expiry', 'a review of the code', {
    retentionMs: 1_000,
    steps: [
      load(100, A, 'a'),
      befalls(299, { kind: 'stall', process: A, server: 'data', forMs: 40 }),
      befalls(299, { kind: 'stall', process: A, server: 'control', forMs: 40 }),
      does(300, A, { kind: 'set', key: 'a' }),
      does(310, B, { kind: 'expire', keys: ['a'] }),
      befalls(400, { kind: 'crash', process: B, restartAfterMs: 1 }),
      ...[1_700, 2_600, 2_900].map((at) => invalidateKey(at, A, 'b')),
      befalls(3_000, { kind: 'crash', process: C, restartAfterMs: 1 }),
      does(3_100, C, { kind: 'get', key: 'a' }),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('keys are written while their pattern is removed', 'SCAN and UNLINK, survivors', {
    steps: [
      load(100, A, 'a', 60),
      load(100, A, 'b', 100),
      load(100, B, 'c', 140),
      does(150, C, { kind: 'invalidate', pattern: '?' }),
      does(155, B, { kind: 'refresh', key: 'b', loadMs: 60 }),
      ...['a', 'b', 'c'].flatMap((key) => readEverywhere(560, key)),
    ],
  }),
  history('a lease is granted when its load has begun long ago', 'clients that send again', {
    lossShare: 1,
    maxLagMs: [1_000, 1_000, 1_000],
    steps: [
      befalls(258, { kind: 'stall', process: A, server: 'data', forMs: 150 }),
      load(260, A, 'a', 75),
      invalidateKey(380, B, 'a'),
      ...readEverywhere(480, 'a'),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('the log fails over and loses its newest entry', 'Redis, asynchronous replication', {
    lossShare: 1,
    maxLagMs: [1_000, 1_000, 1_000],
    steps: [
      load(100, A, 'a'),
      load(200, B, 'a'),
      invalidateTag(1_060, A, 't0'),
      befalls(1_110, { kind: 'restart', server: 'control', imageAgeMs: 100, forMs: 1 }),
      ...readEverywhere(2_700, 'a'),
      ...readEverywhere(3_900, 'a'),
    ],
  }),
  history('the store goes back to before an invalidation', 'Redis, restart from a file', {
    steps: [
      load(100, A, 'a'),
      load(200, B, 'a'),
      invalidateKey(500, A, 'a'),
      befalls(700, { kind: 'restart', server: 'data', imageAgeMs: 300, forMs: 1 }),
      ...readEverywhere(1_000, 'a'),
      befalls(1_600, { kind: 'crash', process: C, restartAfterMs: 1 }),
      ...readEverywhere(1_700, 'a'),
    ],
  }),
  history('a store fails over and loses a removal, and the log forgets it', 'Redis Cluster', {
    retentionMs: 1_000,
    steps: [
      load(100, A, 'a'),
      load(200, B, 'a'),
      invalidateKey(1_005, A, 'a'),
      befalls(1_030, { kind: 'restart', server: 'data', imageAgeMs: 100, forMs: 300 }),
      ...[2_200, 3_300, 3_400].map((at) => invalidateKey(at, A, 'b')),
      befalls(3_500, { kind: 'crash', process: C, restartAfterMs: 1 }),
      does(3_600, C, { kind: 'get', key: 'a' }),
      load(3_610, C, 'a'),
    ],
  }),
  history('the table of tags is evicted, and a process starts', 'Redis, maxmemory', {
    steps: [
      load(100, A, 'a'),
      invalidateTag(300, B, 't0'),
      befalls(800, { kind: 'losePart', part: 'tags' }),
      befalls(810, { kind: 'crash', process: C, restartAfterMs: 1 }),
      ...readEverywhere(900, 'a'),
    ],
  }),
  history('a master that was replaced goes on answering', 'Redis, two masters', {
    steps: [
      load(100, A, 'a'),
      load(200, B, 'a'),
      befalls(600, { kind: 'twoMasters', minority: [B], forMs: 3_000 }),
      invalidateTag(900, A, 't0'),
      ...readEverywhere(1_400, 'a'),
      ...readEverywhere(3_700, 'a'),
    ],
  }),
  history('a process that heard nothing joins a load of before', 'a review of this protocol', {
    steps: [
      load(300, B, 'a', 1_200),
      befalls(310, { kind: 'cut', process: B, server: 'control', forMs: 3_000, knownAfterMs: 0 }),
      invalidateKey(320, A, 'a'),
      load(1_000, B, 'a'),
      load(1_200, B, 'a'),
    ],
  }),
  history('a process reads the shared store before it is a member', 'a review of this protocol', {
    lossShare: 1,
    maxLagMs: [1_000, 1_000],
    steps: [
      load(100, A, 'a'),
      befalls(300, { kind: 'close', process: B, restartAfterMs: 0 }),
      does(1_840, A, { kind: 'invalidate', tags: ['t0'], mode: 'strict' }),
      ...[1_860, 1_870, 1_880, 1_900, 1_950].map((at) => does(at, B, { kind: 'get', key: 'a' })),
      ...readEverywhere(3_000, 'a'),
    ],
  }),
  history('a page is built while its process is behind', 'a review of this protocol', {
    lossShare: 1,
    partialShare: 1,
    delays: { mostMs: 5, slowShare: 0, slowMs: 0, slowUntilMs: 0 },
    maxLagMs: [1_000, 1_000, 1_000],
    steps: [
      load(100, A, 'a'),
      load(150, B, 'a'),
      ...Array.from({ length: 8 }, (_, index) => invalidateKey(300 + index, A, 'c')),
      invalidateTag(320, A, 't0'),
      ...Array.from({ length: 60 }, (_, index) => load(500 + 2 * index, B, `p:1`)),
      ...readEverywhere(2_500, 'p:1'),
    ],
  }),
  history('a hold outlives the invalidations of others', 'Scaling Memcache, remote markers', {
    steps: [
      load(100, A, 'a'),
      does(200, A, { kind: 'mutate', keys: ['a'], takesMs: 300, dies: true }),
      invalidateKey(300, B, 'a'),
      load(350, B, 'a', 20),
      ...readEverywhere(1_000, 'a'),
    ],
  }),
  history('a load outlasts the hold under which it began', 'a review of the code', {
    steps: [
      does(200, A, { kind: 'mutate', tags: ['t0'], takesMs: 2_800, dies: true }),
      load(2_900, B, 'a', 1_000),
      ...readEverywhere(4_600, 'a'),
    ],
  }),
  history('a load is stored under a hold that was not heard of', 'a review of this protocol', {
    retentionMs: 1_000,
    steps: [
      befalls(299, { kind: 'stall', process: B, server: 'control', forMs: 80 }),
      does(300, A, { kind: 'mutate', keys: ['a'], takesMs: 40, dies: true }),
      load(320, B, 'a'),
      ...[1_500, 2_600, 4_000].map((at) => invalidateKey(at, C, 'b')),
      befalls(4_100, { kind: 'crash', process: C, restartAfterMs: 1 }),
      does(4_200, C, { kind: 'get', key: 'a' }),
      load(4_210, C, 'a'),
    ],
  }),
  history('a value is set while a mutation runs that does not end', 'a review of this protocol', {
    steps: [
      load(100, A, 'a'),
      does(200, A, { kind: 'mutate', keys: ['a'], takesMs: 300, dies: true }),
      does(300, B, { kind: 'set', key: 'a' }),
      does(350, C, { kind: 'set', key: 'a', versioned: true }),
      ...readEverywhere(1_000, 'a'),
    ],
  }),
  history('a value without a version follows one with a version', 'a review of the code', {
    calm: true,
    memory: [false, true, false],
    steps: [
      does(100, A, { kind: 'set', key: 'a', versioned: true }),
      does(2_500, A, { kind: 'set', key: 'a' }),
      ...readEverywhere(2_600, 'a'),
    ],
  }),
  history('a set races with a commit and its invalidation', 'Redis, last writer wins', {
    steps: [
      load(100, A, 'a'),
      befalls(299, { kind: 'stall', process: A, server: 'data', forMs: 40 }),
      befalls(299, { kind: 'stall', process: A, server: 'control', forMs: 40 }),
      does(300, A, { kind: 'set', key: 'a' }),
      invalidateKey(310, B, 'a'),
      ...readEverywhere(350, 'a'),
      ...readEverywhere(900, 'a'),
    ],
  }),
  history('a process sleeps while its own load runs, and joins it', 'found by simulation', {
    steps: [
      load(800, B, 'a', 20),
      befalls(806, { kind: 'suspend', process: B, forMs: 2_500 }),
      invalidateTag(834, C, 't0'),
      load(839, B, 'a', 5),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history(
    'a fresh read that cannot ask meets one that trusts what it knew',
    'a review of the code',
    {
      lossShare: 1,
      maxLagMs: [1_000, 1_000, 1_000],
      steps: [
        load(100, A, 'a'),
        befalls(500, {
          kind: 'cut',
          process: B,
          server: 'control',
          forMs: 3_000,
          knownAfterMs: 900,
        }),
        invalidateTag(505, A, 't0'),
        does(515, B, { kind: 'getOrSet', key: 'a', loadMs: 1, fresh: true }),
        befalls(555, { kind: 'stall', process: B, server: 'data', forMs: 75 }),
        load(560, B, 'a'),
        ...readEverywhere(1_600, 'a'),
      ],
    },
  ),
  history(
    'a failed load is made up for with a value that is too old for some',
    'a review of the code',
    {
      ttlMs: 400,
      staleIfErrorMs: 3_000,
      maxLagMs: [1_000, 1_000, 1_000],
      steps: [
        load(100, B, 'a'),
        befalls(300, {
          kind: 'cut',
          process: B,
          server: 'control',
          forMs: 3_000,
          knownAfterMs: 0,
        }),
        invalidateKey(320, A, 'a'),
        does(1_050, B, { kind: 'getOrSet', key: 'a', loadMs: 600, fails: true }),
        load(1_500, B, 'a'),
        ...readEverywhere(1_900, 'a'),
      ],
    },
  ),
  history('a version to come invalidates in a way of its own', 'a deployment in steps', {
    steps: [
      load(100, A, 'a'),
      load(150, B, 'a'),
      befalls(300, { kind: 'newerVersion', key: 'a' }),
      ...readEverywhere(800, 'a'),
    ],
  }),
  history('a process is back, and reads while it catches up', 'a review of this protocol', {
    lossShare: 1,
    partialShare: 1,
    steps: [
      load(100, B, 'a'),
      befalls(300, { kind: 'cut', process: B, server: 'control', forMs: 1_500, knownAfterMs: 0 }),
      ...Array.from({ length: 8 }, (_, index) => invalidateKey(400 + index, A, 'c')),
      invalidateTag(450, A, 't0'),
      ...Array.from({ length: 40 }, (_, index) =>
        does(1_790 + 5 * index, B, { kind: 'peek', key: 'a' }),
      ),
      ...readEverywhere(2_500, 'a'),
    ],
  }),
  history('a survivor of a failover is late', 'a review of this protocol', {
    lossShare: 1,
    maxLagMs: [1_000, 1_000],
    steps: [
      load(100, A, 'a'),
      load(200, B, 'a'),
      invalidateTag(1_060, A, 't0'),
      befalls(1_110, { kind: 'restart', server: 'control', imageAgeMs: 100, forMs: 400 }),
      befalls(1_111, { kind: 'cut', process: A, server: 'control', forMs: 900, knownAfterMs: 0 }),
      ...peekOften(2_070, B, 'a'),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history(
    'a replica takes over that has the lease of a load, and not what it stored',
    'a failover of a cluster, once',
    {
      steps: [
        load(1_180, A, 'a', 60),
        befalls(1_260, { kind: 'restart', server: 'data', imageAgeMs: 50, forMs: 30 }),
        does(1_265, A, { kind: 'get', key: 'b' }),
        invalidateKey(1_300, B, 'c'),
        ...readEverywhere(1_330, 'a'),
      ],
    },
    450,
  ),
  history('a process starts when the log has forgotten its oldest entries', 'Varnish, ban list', {
    retentionMs: 1_000,
    steps: [
      load(100, B, 'a'),
      load(100, B, 'c'),
      invalidateTag(300, A, 't0'),
      does(310, A, { kind: 'invalidate', pattern: 'c*' }),
      befalls(320, { kind: 'crash', process: B, restartAfterMs: 500 }),
      ...[1_500, 2_600, 2_700].map((at) => invalidateKey(at, A, 'b')),
      befalls(3_000, { kind: 'crash', process: C, restartAfterMs: 1 }),
      ...['a', 'c'].flatMap((key) => [does(3_100, C, { kind: 'get', key }), load(3_110, C, key)]),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a wall clock is set back while nothing is heard', 'Kubernetes, NTP after a start', {
    lossShare: 1,
    maxLagMs: [1_000, 1_000],
    steps: [
      load(100, B, 'a'),
      befalls(1_010, { kind: 'cut', process: B, server: 'control', forMs: 4_000, knownAfterMs: 0 }),
      invalidateTag(1_015, A, 't0'),
      befalls(1_200, { kind: 'stepWall', process: B, ms: -150 }),
      ...peekOften(2_010, B, 'a'),
    ],
  }),
  history(
    'a machine sleeps, and its process hears nothing afterwards',
    'laptops and live migration',
    {
      steps: [
        load(100, A, 'b'),
        load(800, B, 'a'),
        befalls(810, { kind: 'suspend', process: B, forMs: 2_500 }),
        befalls(820, { kind: 'cut', process: B, server: 'control', forMs: 4_000, knownAfterMs: 0 }),
        invalidateTag(1_000, A, 't0'),
        load(3_320, B, 'a'),
        ...peekOften(3_330, B, 'a'),
      ],
    },
  ),
  history('a process starts afresh and invalidates in the same moment', 'found by simulation', {
    retentionMs: 1_000,
    lossShare: 1,
    steps: [
      befalls(250, { kind: 'suspend', process: C, forMs: 3_750 }),
      invalidateKey(300, A, 'a'),
      load(400, A, 'b'),
      load(410, A, 'c'),
      invalidateKey(3_100, A, 'a'),
      does(3_999, C, {
        kind: 'together',
        actions: [
          { kind: 'getOrSet', key: 'p:2', loadMs: 0, builtFrom: ['b'] },
          { kind: 'invalidate', tags: ['t0'] },
        ],
      }),
      ...readEverywhere(4_500, 'b'),
    ],
  }),
  history('a loader reads a replica that lags behind', 'Scaling Memcache, remote markers', {
    sourceLagMs: 100,
    steps: [
      load(100, A, 'a'),
      does(200, A, { kind: 'invalidate', tags: ['t0'], settleMs: 200 }),
      load(250, B, 'a', 200),
      load(260, A, 'a', 20),
      ...readEverywhere(800, 'a'),
    ],
  }),
  history('a source is to settle before its process has heard the time', 'found by simulation', {
    sourceLagMs: 100,
    wallOffsets: [-90_000, 0, 0],
    steps: [
      befalls(0, { kind: 'stall', process: A, server: 'control', forMs: 200 }),
      does(190, A, { kind: 'invalidate', tags: ['t0'], settleMs: 300 }),
      load(250, B, 'a', 5),
      ...readEverywhere(1_000, 'a'),
    ],
  }),
  history('a mutation begins before its process has heard the time', 'found by simulation', {
    steps: [
      does(1, C, { kind: 'mutate', keys: ['a'], takesMs: 600, dies: true }),
      load(100, A, 'a', 100),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('a versioned value waits for a store that does not answer', 'found by simulation', {
    steps: [
      befalls(900, { kind: 'stall', process: B, server: 'control', forMs: 2_000 }),
      befalls(900, { kind: 'stall', process: B, server: 'data', forMs: 2_000 }),
      does(1_000, A, { kind: 'mutate', keys: ['a'], takesMs: 5, dies: true }),
      does(1_002, B, { kind: 'set', key: 'a', queue: true, versioned: true }),
      does(1_450, B, { kind: 'getOrSet', key: 'a', loadMs: 5 }),
      ...readEverywhere(4_000, 'a'),
    ],
  }),
  ...(['pause', 'suspend'] as const).map((kind) =>
    history(
      `a process sleeps before an answer that tells the time (${kind})`,
      'found by simulation',
      {
        sourceLagMs: 100,
        steps: [
          befalls(990, { kind: 'stall', process: A, server: 'control', forMs: 110 }),
          befalls(1_050, { kind, process: A, forMs: 1_200 }),
          does(2_240, A, { kind: 'invalidate', tags: ['t0'], settleMs: 200 }),
          load(2_255, A, 'a', 60),
          ...readEverywhere(2_800, 'a'),
        ],
      },
    ),
  ),
  history('a key is invalidated while a write of it waits', 'write-behind caches, by reasoning', {
    steps: [
      load(100, A, 'a', 40),
      does(101, A, { kind: 'behind', key: 'a', takesMs: 60, flushAfterMs: 400 }),
      ...peekOften(102, A, 'a'),
      does(690, A, { kind: 'invalidate', keys: ['a'] }),
      load(700, A, 'a', 4),
      does(700, A, { kind: 'behind', key: 'a', takesMs: 60, flushAfterMs: 200 }),
      ...peekOften(701, A, 'a'),
      invalidateTag(110, B, 't0'),
      ...readEverywhere(115, 'a'),
      does(1_000, A, { kind: 'behind', key: 'a', takesMs: 20, flushAfterMs: 0 }),
      does(1_001, A, {
        kind: 'behind',
        key: 'a',
        takesMs: 20,
        flushAfterMs: 300,
        fails: 'refused',
      }),
      ...peekOften(1_002, A, 'a'),
      does(1_010, B, { kind: 'write', key: 'a', takesMs: 30 }),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('two processes write one key through at once', 'write-through caches, by reasoning', {
    steps: [
      does(100, A, { kind: 'write', key: 'a', takesMs: 200 }),
      does(150, B, { kind: 'write', key: 'a', takesMs: 50 }),
      ...readEverywhere(330, 'a'),
      does(1_000, A, { kind: 'write', key: 'a', takesMs: 20, fails: 'answer lost' }),
      ...readEverywhere(1_030, 'a'),
      does(2_000, B, { kind: 'write', key: 'a', takesMs: 20, dies: true }),
      ...readEverywhere(2_030, 'a'),
    ],
  }),
];
