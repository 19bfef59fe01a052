import { history, type NamedHistory } from './named-history.ts';
import {
  A,
  B,
  befalls,
  C,
  does,
  invalidateKey,
  load,
  logForgets,
  newcomerReads,
  readEverywhere,
  unfinishedMutation,
} from './steps.ts';

/** A mutation, or a source that settles, holds a key: what is loaded or set meanwhile is not kept. */
export const holdHistories: readonly NamedHistory[] = [
  history('a hold outlives the invalidations of others', 'Scaling Memcache, remote markers', {
    steps: [
      load(100, A, 'a'),
      unfinishedMutation(200, A, { key: 'a', takesMs: 300 }),
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
      unfinishedMutation(300, A, { key: 'a', takesMs: 40 }),
      load(320, B, 'a'),
      ...logForgets([1_500, 2_600, 4_000], C),
      ...newcomerReads(4_100, C, 'a'),
      load(4_210, C, 'a'),
    ],
  }),
  history('the log is flushed while a mutation runs that does not end', 'found by simulation', {
    steps: [
      load(100, A, 'a'),
      unfinishedMutation(300, A, { key: 'a', takesMs: 900 }),
      befalls(500, { kind: 'flush', server: 'both' }),
      invalidateKey(505, B, 'b'),
      load(800, B, 'a', 20),
      load(830, C, 'a', 20),
      ...readEverywhere(2_500, 'a'),
    ],
  }),
  history('a value is set while a mutation runs that does not end', 'a review of this protocol', {
    steps: [
      load(100, A, 'a'),
      unfinishedMutation(200, A, { key: 'a', takesMs: 300 }),
      does(300, B, { kind: 'set', key: 'a' }),
      does(350, C, { kind: 'set', key: 'a', versioned: true }),
      ...readEverywhere(1_000, 'a'),
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
];
