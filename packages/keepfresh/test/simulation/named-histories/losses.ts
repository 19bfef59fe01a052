import { history, type NamedHistory, untold } from './named-history.ts';
import {
  A,
  B,
  befalls,
  C,
  cachedByTwo,
  does,
  get,
  hearsNothing,
  invalidateKey,
  invalidateTag,
  isAlone,
  load,
  logFailsOver,
  logForgets,
  newcomerReads,
  peekOften,
  readEverywhere,
  startsAgain,
} from './steps.ts';

/** A server fails over, restarts, is flushed or evicts: it loses what it had confirmed. */
export const lossHistories: readonly NamedHistory[] = [
  history('the log fails over and loses its newest entry', 'Redis, asynchronous replication', {
    ...untold(3),
    steps: [
      ...cachedByTwo('a'),
      invalidateTag(1_060, A, 't0'),
      logFailsOver(1_110, 1),
      ...readEverywhere(2_700, 'a'),
      ...readEverywhere(3_900, 'a'),
    ],
  }),
  history('somebody hears of nothing but what a failover left', 'a failover of a cluster, once', {
    lossShare: 1,
    steps: [
      ...cachedByTwo('a'),
      invalidateTag(1_060, A, 't0'),
      logFailsOver(1_110, 1),
      ...[1_600, 3_700].flatMap((at) => peekOften(at, B, 'a')),
    ],
  }),
  history('a survivor of a failover is late', 'a review of this protocol', {
    ...untold(2),
    steps: [
      ...cachedByTwo('a'),
      invalidateTag(1_060, A, 't0'),
      logFailsOver(1_110, 400),
      hearsNothing(1_111, A, { forMs: 900 }),
      ...peekOften(2_070, B, 'a'),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a survivor of a failover comes when H is over', 'chaos on a busy machine', {
    ...untold(2),
    steps: [
      ...cachedByTwo('a'),
      invalidateTag(1_060, A, 't0'),
      logFailsOver(1_110, 400),
      hearsNothing(1_111, A, { forMs: 4_000 }),
      ...[3_000, 3_500, 4_500, 5_300, 5_700].flatMap((at) => peekOften(at, B, 'a')),
      ...readEverywhere(6_000, 'a'),
    ],
  }),
  history('a master that was replaced goes on answering', 'Redis, two masters', {
    steps: [
      ...cachedByTwo('a'),
      befalls(600, { kind: 'twoMasters', minority: [B], forMs: 4_000 }),
      invalidateTag(900, A, 't0'),
      ...[1_400, 3_000, 3_800].flatMap((at) => peekOften(at, B, 'a')),
      ...readEverywhere(4_700, 'a'),
    ],
  }),
  history('the log loses its history while a process is cut off', 'chaos on a real Redis', {
    steps: [
      load(100, B, 'a'),
      ...isAlone(300, B, { forMs: 2_500 }),
      befalls(800, { kind: 'flush', server: 'both' }),
      load(1_450, B, 'a'),
      // Nobody knows of B any more: it is not waited for, and uses what it has loaded just now until H is over.
      does(1_500, A, { kind: 'invalidate', keys: ['a'], mode: 'strict' }),
      load(1_600, B, 'a'),
      load(1_950, B, 'a'),
      ...readEverywhere(2_900, 'a'),
    ],
  }),
  history('the table of tags is evicted, and a process starts', 'Redis, maxmemory', {
    steps: [
      load(100, A, 'a'),
      invalidateTag(300, B, 't0'),
      befalls(800, { kind: 'losePart', part: 'tags' }),
      startsAgain(810, C),
      ...readEverywhere(900, 'a'),
    ],
  }),
  history('the store goes back to before an invalidation', 'Redis, restart from a file', {
    steps: [
      ...cachedByTwo('a'),
      invalidateKey(500, A, 'a'),
      befalls(700, { kind: 'restart', server: 'data', imageAgeMs: 300, forMs: 1 }),
      ...readEverywhere(1_000, 'a'),
      startsAgain(1_600, C),
      ...readEverywhere(1_700, 'a'),
    ],
  }),
  history('a store fails over and loses a removal, and the log forgets it', 'Redis Cluster', {
    retentionMs: 1_000,
    steps: [
      ...cachedByTwo('a'),
      // Whoever stored it has looked at it once more by then.
      invalidateKey(2_505, A, 'a'),
      befalls(2_530, { kind: 'restart', server: 'data', imageAgeMs: 100, forMs: 300 }),
      ...logForgets([3_700, 4_800, 4_900]),
      ...newcomerReads(5_000, C, 'a'),
      load(5_110, C, 'a'),
    ],
  }),
  history(
    'a replica takes over that has the lease of a load, and not what it stored',
    'a failover of a cluster, once',
    {
      steps: [
        load(1_180, A, 'a', 60),
        befalls(1_260, { kind: 'restart', server: 'data', imageAgeMs: 50, forMs: 30 }),
        get(1_265, A, 'b'),
        invalidateKey(1_300, B, 'c'),
        ...readEverywhere(1_330, 'a'),
      ],
    },
    450,
  ),
];
