import { history, type NamedHistory, untold } from './named-history.ts';
import {
  A,
  B,
  befalls,
  C,
  does,
  get,
  invalidateKey,
  invalidatePattern,
  invalidateTag,
  load,
  logForgets,
  readEverywhere,
  startsAgain,
} from './steps.ts';

/** A process starts, or starts afresh, and does not know what was invalidated before; or is of a later version. */
export const startHistories: readonly NamedHistory[] = [
  history('a process reads the shared store before it is a member', 'a review of this protocol', {
    ...untold(2),
    steps: [
      load(100, A, 'a'),
      befalls(300, { kind: 'close', process: B, restartAfterMs: 0 }),
      does(1_840, A, { kind: 'invalidate', tags: ['t0'], mode: 'strict' }),
      ...[1_860, 1_870, 1_880, 1_900, 1_950].map((at) => get(at, B, 'a')),
      ...readEverywhere(3_000, 'a'),
    ],
  }),
  history('a process starts when the log has forgotten its oldest entries', 'Varnish, ban list', {
    retentionMs: 1_000,
    steps: [
      load(100, B, 'a'),
      load(100, B, 'c'),
      invalidateTag(300, A, 't0'),
      invalidatePattern(310, A, 'c*'),
      befalls(320, { kind: 'crash', process: B, restartAfterMs: 500 }),
      ...logForgets([1_500, 2_600, 2_700]),
      startsAgain(3_000, C),
      ...['a', 'c'].flatMap((key) => [get(3_100, C, key), load(3_110, C, key)]),
      ...readEverywhere(3_500, 'a'),
    ],
  }),
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
  history('a version to come invalidates in a way of its own', 'a deployment in steps', {
    steps: [
      load(100, A, 'a'),
      load(150, B, 'a'),
      befalls(300, { kind: 'newerVersion', key: 'a' }),
      ...readEverywhere(800, 'a'),
    ],
  }),
];
