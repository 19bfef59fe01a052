import type { Step } from '../plan.ts';
import { history, type NamedHistory } from './named-history.ts';
import { A, B, C, does, get, invalidateKey, invalidateTag, load } from './steps.ts';

/** A page is stored and goes with its tag; `lookMs` after it was asked for, its process looks at it once more. */
const lookMs = 1_360;

function pageOfTag(at: number, reader: number): Step[] {
  return [load(at, reader, 'p:1'), invalidateTag(at + 250, A, 't0')];
}

/** What happens in the moment in which a process looks once more at what it stored. */
export const secondLookHistories: readonly NamedHistory[] = [
  history('a value is set while an older one is taken out', 'a simulated million', {
    ...{ calm: true, delays: { mostMs: 20, slowShare: 0, slowMs: 0, slowUntilMs: 0 } },
    steps: [0, 10, 20, 30, 40, 50].flatMap((late, round) => {
      const at = 100 + 4_000 * round;
      const setAt = at + lookMs + late;
      return [
        ...pageOfTag(at, round % 2 === 0 ? B : C),
        does(setAt, A, { kind: 'set', key: 'p:1', versioned: round % 3 === 0 }),
        ...[A, B, C].map((process) => get(setAt + 200, process, 'p:1')),
        invalidateKey(at + 3_000, A, 'p:1'),
      ];
    }),
  }),
  history('a value is loaded anew while an older one is taken out', 'by design', {
    calm: true,
    steps: [0, 1, 2].flatMap((round) => {
      const at = 100 + 6_000 * round;
      return [
        ...pageOfTag(at, B),
        load(at + 1_200, A, 'p:1', 500),
        load(at + 1_400, C, 'p:1', 500),
        load(at + 2_200, B, 'p:1'),
        invalidateKey(at + 3_000, A, 'p:1'),
      ];
    }),
  }),
];
