import { history, type NamedHistory, untold } from './named-history.ts';
import {
  A,
  B,
  befalls,
  does,
  failingLoad,
  hearsNothing,
  invalidateKey,
  invalidateTag,
  isAlone,
  load,
  peek,
  readEverywhere,
} from './steps.ts';

/** A process does not hear, or not yet, what others have invalidated. */
export const silenceHistories: readonly NamedHistory[] = [
  history('a process misses messages while its connection is lost', 'FusionCache, backplane', {
    steps: [
      load(100, A, 'a'),
      load(110, A, 'b'),
      load(200, B, 'a'),
      load(200, B, 'b'),
      ...isAlone(300, B, { forMs: 3_000, knownAfterMs: 700 }),
      invalidateKey(500, A, 'a'),
      invalidateTag(500, A, 't1'),
      ...readEverywhere(920, 'a', 'b'),
      ...readEverywhere(3_301, 'a', 'b'),
    ],
  }),
  history('a process that heard nothing joins a load of before', 'a review of this protocol', {
    steps: [
      load(300, B, 'a', 1_200),
      hearsNothing(310, B, { forMs: 3_000 }),
      invalidateKey(320, A, 'a'),
      load(1_000, B, 'a'),
      load(1_200, B, 'a'),
    ],
  }),
  history('a page is built while its process is behind', 'a review of this protocol', {
    ...untold(3),
    partialShare: 1,
    delays: { mostMs: 5, slowShare: 0, slowMs: 0, slowUntilMs: 0 },
    steps: [
      load(100, A, 'a'),
      load(150, B, 'a'),
      ...Array.from({ length: 8 }, (_, index) => invalidateKey(300 + index, A, 'c')),
      invalidateTag(320, A, 't0'),
      ...Array.from({ length: 60 }, (_, index) => load(500 + 2 * index, B, 'p:1')),
      ...readEverywhere(2_500, 'p:1'),
    ],
  }),
  history('a process is back, and reads while it catches up', 'a review of this protocol', {
    lossShare: 1,
    partialShare: 1,
    steps: [
      load(100, B, 'a'),
      hearsNothing(300, B, { forMs: 1_500 }),
      ...Array.from({ length: 8 }, (_, index) => invalidateKey(400 + index, A, 'c')),
      invalidateTag(450, A, 't0'),
      ...Array.from({ length: 40 }, (_, index) => peek(1_790 + 5 * index, B, 'a')),
      ...readEverywhere(2_500, 'a'),
    ],
  }),
  history(
    'a fresh read that cannot ask meets one that trusts what it knew',
    'a review of the code',
    {
      ...untold(3),
      steps: [
        load(100, A, 'a'),
        hearsNothing(500, B, { forMs: 3_000, knownAfterMs: 900 }),
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
        hearsNothing(300, B, { forMs: 3_000 }),
        invalidateKey(320, A, 'a'),
        failingLoad(1_050, B, 'a', 600),
        load(1_500, B, 'a'),
        ...readEverywhere(1_900, 'a'),
      ],
    },
  ),
];
