import { history, type NamedHistory } from './named-history.ts';
import {
  A,
  B,
  C,
  does,
  expireKey,
  load,
  logForgets,
  newcomerReads,
  readEverywhere,
  stallsWholly,
  startsAgain,
} from './steps.ts';

/** A value is expired: it may stand in for a load that fails, and for nothing else. */
export const expiryHistories: readonly NamedHistory[] = [
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
      expireKey(250, A, 'a'),
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
      expireKey(1_000, A, 'a'),
      // Before it looks once more at what it expired.
      startsAgain(1_100, A),
      ...logForgets([2_300, 2_600, 2_900]),
      ...newcomerReads(3_000, C, 'a'),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a load that began before an expiry ends after it', 'a review of the code', {
    retentionMs: 1_000,
    steps: [
      load(100, B, 'a', 400),
      expireKey(300, A, 'a'),
      ...logForgets([1_700, 2_800, 2_900]),
      ...newcomerReads(3_000, C, 'a'),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
  history('a value that is set arrives after an expiry', 'a review of the code', {
    retentionMs: 1_000,
    steps: [
      load(100, A, 'a'),
      ...stallsWholly(299, A, 40),
      does(300, A, { kind: 'set', key: 'a' }),
      expireKey(310, B, 'a'),
      startsAgain(400, B),
      ...logForgets([1_700, 2_600, 2_900]),
      ...newcomerReads(3_000, C, 'a'),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
];
