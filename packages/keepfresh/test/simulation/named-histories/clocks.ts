import { history, type NamedHistory, untold } from './named-history.ts';
import {
  A,
  B,
  befalls,
  C,
  does,
  hearsNothing,
  invalidateTag,
  load,
  peekOften,
  readEverywhere,
  unfinishedMutation,
} from './steps.ts';

/** A clock is wrong, stands still while its machine sleeps, or was not compared with the log's yet. */
export const clockHistories: readonly NamedHistory[] = [
  history('a wall clock is set back while nothing is heard', 'Kubernetes, NTP after a start', {
    ...untold(2),
    steps: [
      load(100, B, 'a'),
      hearsNothing(1_010, B, { forMs: 4_000 }),
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
        hearsNothing(820, B, { forMs: 4_000 }),
        invalidateTag(1_000, A, 't0'),
        load(3_320, B, 'a'),
        ...peekOften(3_330, B, 'a'),
      ],
    },
  ),
  history('a process sleeps while its own load runs, and joins it', 'found by simulation', {
    steps: [
      load(800, B, 'a', 20),
      befalls(806, { kind: 'suspend', process: B, forMs: 2_500 }),
      invalidateTag(834, C, 't0'),
      load(839, B, 'a', 5),
      ...readEverywhere(3_500, 'a'),
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
      unfinishedMutation(1, C, { key: 'a', takesMs: 600 }),
      load(100, A, 'a', 100),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
];
