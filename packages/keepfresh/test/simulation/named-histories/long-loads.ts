import { history, type NamedHistory } from './named-history.ts';
import { A, B, C, does, invalidateKey, load, readEverywhere } from './steps.ts';

/** Loads of other processes that are waited for, where nothing excuses a second one. */
export const longLoadHistories: readonly NamedHistory[] = [
  history('a load takes longer than its lease', 'by design', {
    calm: true,
    steps: [
      load(100, A, 'a', 1_300),
      invalidateKey(120, B, 'b'),
      load(150, B, 'a', 300),
      load(1_200, C, 'a', 300),
      ...readEverywhere(1_500, 'a'),
    ],
  }),
  history('a load takes longer than anybody waits', 'a simulated million', {
    calm: true,
    steps: [
      load(100, A, 'a', 1_900),
      invalidateKey(120, B, 'b'),
      load(130, B, 'a', 300),
      load(160, C, 'a', 300),
      does(700, A, { kind: 'getOrSet', key: 'a', loadMs: 1, leavesAfterMs: 10 }),
      ...readEverywhere(2_600, 'a'),
    ],
  }),
  history('a process ends while others wait for its load', 'a simulated million', {
    calm: true,
    steps: [
      load(100, A, 'a', 1_200),
      load(120, B, 'a', 300),
      does(400, A, { kind: 'write', key: 'b', takesMs: 0, dies: true }),
      load(500, C, 'a', 300),
      ...readEverywhere(1_800, 'a'),
    ],
  }),
];
