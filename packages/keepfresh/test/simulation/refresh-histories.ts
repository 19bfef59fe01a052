import {
  A,
  B,
  befalls,
  C,
  does,
  history,
  invalidateKey,
  invalidateTag,
  load,
  type NamedHistory,
  readEverywhere,
} from './named-history.ts';
import type { RefreshPlan, Step } from './plan.ts';

const plain: RefreshPlan = { earlyRefresh: 0, refreshAhead: 0, pauses: false };

function failingLoad(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'getOrSet', key, loadMs: 1, fails: true });
}

function confirmation(at: number, process: number, key: string, loadMs: number): Step {
  return does(at, process, { kind: 'getOrSet', key, loadMs, confirms: true });
}

function expireKey(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'expire', keys: [key] });
}

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
      load(100, A, 'a'),
      load(200, B, 'a'),
      befalls(300, { kind: 'cut', process: B, server: 'control', forMs: 3_000, knownAfterMs: 10 }),
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
  history('a source fails for a process that hears nothing afterwards', 'by design', {
    errorTtlMs: 20_000,
    steps: [
      failingLoad(100, A, 'a'),
      load(200, A, 'a'),
      befalls(300, { kind: 'cut', process: A, server: 'control', forMs: 3_000, knownAfterMs: 10 }),
      invalidateKey(400, B, 'a'),
      load(2_000, A, 'a'),
      ...readEverywhere(5_000, 'a'),
    ],
  }),
  history('a source fails for what is invalidated then', 'by design', {
    errorTtlMs: 20_000,
    steps: [
      failingLoad(100, A, 'a'),
      invalidateTag(300, A, 't0'),
      invalidateTag(300, A, 't1'),
      load(301, A, 'a'),
      failingLoad(1_000, A, 'b'),
      expireKey(1_300, B, 'b'),
      load(2_500, A, 'b'),
      ...readEverywhere(3_000, 'b'),
    ],
  }),
];
