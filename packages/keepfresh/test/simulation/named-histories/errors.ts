import { history, type NamedHistory } from './named-history.ts';
import {
  A,
  B,
  expireKey,
  failingLoad,
  hearsNothing,
  invalidateKey,
  invalidateTag,
  load,
  readEverywhere,
} from './steps.ts';

/** The error of a load is remembered, and its key is invalidated or nothing is heard any more. */
export const errorHistories: readonly NamedHistory[] = [
  history('a source fails for a process that hears nothing afterwards', 'by design', {
    errorTtlMs: 20_000,
    steps: [
      failingLoad(100, A, 'a'),
      load(200, A, 'a'),
      hearsNothing(300, A, { forMs: 3_000, knownAfterMs: 10 }),
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
