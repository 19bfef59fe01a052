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
  peek,
  readEverywhere,
} from './steps.ts';

const keys = ['a', 'b', 'c'];

/** What a process has in memory is exported, and read by others when some of it was invalidated. */
export const snapshotHistories: readonly NamedHistory[] = [
  history(
    'a snapshot is read after its keys were invalidated',
    'snapshots of caches, by reasoning',
    {
      retentionMs: 2_000,
      steps: [
        ...keys.map((key) => load(100, A, key)),
        does(200, A, { kind: 'export' }),
        invalidateKey(300, B, 'a'),
        invalidateTag(300, B, 't1'),
        does(301, B, { kind: 'import' }),
        does(302, C, { kind: 'import' }),
        ...readEverywhere(306, 'a'),
        invalidateKey(1_000, A, 'a'),
        invalidateKey(1_000, A, 'c'),
        befalls(1_010, { kind: 'crash', process: B, restartAfterMs: 3_500 }),
        invalidateKey(3_500, A, 'p:2'),
        invalidateKey(4_500, A, 'p:2'),
        does(4_700, B, { kind: 'import' }),
        ...keys.map((key) => peek(4_710, B, key)),
        ...readEverywhere(4_720, 'a', 'c'),
      ],
    },
  ),
  history('a snapshot is adopted while its keys are invalidated', 'by design', {
    steps: [
      ...keys.map((key) => load(100, A, key)),
      does(200, A, { kind: 'export' }),
      does(300, A, { kind: 'invalidate', everything: true }),
      does(1_000, B, { kind: 'import', adopt: true }),
      invalidateKey(1_000, B, 'a'),
      invalidateKey(1_000, A, 'b'),
      invalidateTag(1_001, B, 't0'),
      ...keys.map((key) => peek(1_010, B, key)),
      ...readEverywhere(1_500, 'a'),
      ...readEverywhere(1_600, 'b'),
    ],
  }),
];
