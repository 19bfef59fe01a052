import type { RefreshPlan } from '../plan.ts';
import { history, type NamedHistory } from './named-history.ts';
import {
  A,
  B,
  C,
  cachedByTwo,
  confirmation,
  expireKey,
  failingLoad,
  hearsNothing,
  invalidateKey,
  invalidateTag,
  load,
  readEverywhere,
} from './steps.ts';

const plain: RefreshPlan = { earlyRefresh: 0, refreshAhead: 0, pauses: false };

/** Values that end, and are refreshed, while they are invalidated. */
export const refreshHistories: readonly NamedHistory[] = [
  history('a key expires while its source is left alone', 'by design', {
    ...{ ttlMs: 50, staleIfErrorMs: 20_000, refreshing: { ...plain, pauses: true } },
    steps: [
      load(100, A, 'a'),
      // The last pause is 1.8 to 2.4 s long.
      ...[200, 600, 1_300, 2_600].map((at) => failingLoad(at, A, 'a')),
      load(3_850, A, 'a'),
      expireKey(3_900, A, 'a'),
      load(3_910, A, 'a'),
      ...readEverywhere(4_000, 'a'),
    ],
  }),
  history('a load is slow whose key was expired', 'by design', {
    ...{ staleIfErrorMs: 20_000, refreshing: { ...plain, softTimeoutMs: 30 } },
    steps: [
      load(100, A, 'a'),
      load(150, B, 'a'),
      expireKey(300, A, 'a'),
      load(310, A, 'a', 300),
      load(720, B, 'a', 300),
      load(1_100, A, 'b'),
      expireKey(1_200, A, 'b'),
      load(1_700, C, 'b', 300),
      ...readEverywhere(2_200, 'b'),
    ],
  }),
  history('a load is slow whose key is invalidated', 'by design', {
    ...{ ttlMs: 50, staleIfErrorMs: 20_000, refreshing: { ...plain, softTimeoutMs: 60 } },
    steps: [
      load(100, A, 'a'),
      load(120, B, 'a'),
      load(300, A, 'a', 300),
      invalidateTag(310, A, 't0'),
      load(312, A, 'a', 300),
      load(1_000, B, 'b'),
      load(1_100, B, 'b', 300),
      invalidateKey(1_110, B, 'b'),
      load(1_112, B, 'b', 300),
      ...readEverywhere(1_600, 'b'),
    ],
  }),
  history('a load is slow in a process that hears nothing', 'by design', {
    ...{ ttlMs: 50, staleIfErrorMs: 20_000, refreshing: { ...plain, softTimeoutMs: 60 } },
    steps: [
      ...cachedByTwo('a'),
      hearsNothing(300, B, { forMs: 3_000, knownAfterMs: 10 }),
      invalidateTag(400, A, 't0'),
      load(1_000, B, 'a', 300),
      load(1_050, B, 'a', 300),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a value is confirmed while it is invalidated', 'layered-loader, by reading', {
    ...{ ttlMs: 2_000, staleIfErrorMs: 20_000, refreshing: plain },
    steps: [
      load(100, A, 'a'),
      confirmation(2_200, A, 'a', 200),
      invalidateTag(2_300, B, 't0'),
      ...readEverywhere(2_401, 'a'),
      load(4_000, A, 'b'),
      confirmation(6_100, A, 'b', 200),
      invalidateKey(6_200, B, 'b'),
      ...readEverywhere(6_301, 'b'),
    ],
  }),
  history('a confirmed value is invalidated by a tag that it had before', 'by design', {
    ...{ ttlMs: 2_000, staleIfErrorMs: 20_000, refreshing: plain },
    steps: [
      load(100, A, 'a'),
      confirmation(2_200, A, 'a', 1),
      load(2_250, B, 'a'),
      invalidateTag(2_300, C, 't0'),
      ...readEverywhere(2_301, 'a'),
    ],
  }),
  history('a fresh value is refreshed early while it is invalidated', 'by design', {
    ...{ ttlMs: 400, refreshing: { ...plain, earlyRefresh: 100 } },
    steps: [
      load(100, A, 'a', 50),
      load(200, A, 'a', 200),
      load(210, B, 'a', 200),
      invalidateTag(300, C, 't0'),
      ...readEverywhere(401, 'a'),
      ...readEverywhere(1_000, 'a'),
    ],
  }),
  history('a value is refreshed ahead while it is invalidated', 'by design', {
    ...{ ttlMs: 1_000, refreshing: { ...plain, refreshAhead: 1 } },
    steps: [
      load(100, A, 'a', 200),
      load(350, A, 'a', 200),
      // Loaded at 300 ms, so it is refreshed at 900 ms.
      invalidateTag(950, B, 't0'),
      ...readEverywhere(1_101, 'a'),
    ],
  }),
];
