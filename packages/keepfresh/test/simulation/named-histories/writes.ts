import type { Step } from '../plan.ts';
import { history, type NamedHistory } from './named-history.ts';
import {
  A,
  B,
  befalls,
  C,
  does,
  invalidateKey,
  invalidateTag,
  load,
  logForgets,
  newcomerReads,
  peekOften,
  readEverywhere,
  stallsWholly,
  unfinishedMutation,
} from './steps.ts';

/** What a process sends to the store at a moment is on its way for so long, and its connection is lost meanwhile. */
function heldBack(at: number, process: number, lateMs: number): Step[] {
  return [
    befalls(at - 1, { kind: 'stall', process, server: 'data', forMs: 50 }),
    befalls(at + 10, {
      ...{ kind: 'cut', process, server: 'data', forMs: 5, knownAfterMs: 0 },
      lateMs,
    }),
  ];
}

/** A value is set, written through or written behind, and others write or invalidate its key. */
export const writeHistories: readonly NamedHistory[] = [
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
      ...stallsWholly(299, A, 40),
      does(300, A, { kind: 'set', key: 'a' }),
      invalidateKey(310, B, 'a'),
      ...readEverywhere(350, 'a'),
      ...readEverywhere(900, 'a'),
    ],
  }),
  history('a versioned value waits for a store that does not answer', 'found by simulation', {
    steps: [
      ...stallsWholly(900, B, 2_000),
      unfinishedMutation(1_000, A, { key: 'a', takesMs: 5 }),
      does(1_002, B, { kind: 'set', key: 'a', queue: true, versioned: true }),
      load(1_450, B, 'a', 5),
      ...readEverywhere(4_000, 'a'),
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
  history('a key is invalidated while a write of it waits', 'write-behind caches, by reasoning', {
    steps: [
      load(100, A, 'a', 40),
      does(101, A, { kind: 'behind', key: 'a', takesMs: 60, flushAfterMs: 400 }),
      ...peekOften(102, A, 'a'),
      invalidateTag(110, B, 't0'),
      ...readEverywhere(115, 'a'),
      invalidateKey(690, A, 'a'),
      load(700, A, 'a', 4),
      does(700, A, { kind: 'behind', key: 'a', takesMs: 60, flushAfterMs: 200 }),
      ...peekOften(701, A, 'a'),
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
  ...[990, 3_000].map((lateMs) =>
    history(`a value that was set arrives ${lateMs} ms late`, 'a proxy before a Redis', {
      retentionMs: 1_000,
      steps: [
        ...heldBack(300, A, lateMs),
        does(300, A, { kind: 'set', key: 'a' }),
        invalidateKey(600, B, 'a'),
        ...logForgets([2_700, 3_900, 5_200], B),
        ...newcomerReads(5_400, C, 'a'),
        load(5_510, C, 'a'),
      ],
    }),
  ),
];
