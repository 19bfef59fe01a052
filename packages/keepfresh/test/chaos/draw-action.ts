import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import { drawInvalidation, drawSet } from '../simulation/draw-actions.ts';
import { pick } from '../simulation/pick.ts';
import type { Action } from '../simulation/plan.ts';

const hot = ['a', 'b', 'c', 'p:1', 'p:2'];
const rows = Array.from({ length: 40 }, (_, n) => `row:${n}`);

/** All keys that are used. */
export const keys: readonly string[] = [...hot, ...rows];

/** What a user of an application asks of its cache. */
export function drawReading(random: SeededRandom): Action {
  const key = drawKey(random);
  const draw = random.below(100);
  if (draw < 5) return { kind: 'peek', key };
  if (draw < 15) return { kind: 'get', key, fresh: random.below(10) === 0 };
  return {
    kind: 'getOrSet',
    key,
    loadMs: pick(random, [0, 1, 5, 20, random.below(20) === 0 ? 300 : 2]),
    ...(random.below(40) === 0 && { fails: true }),
    ...(random.below(40) === 0 && { fresh: true }),
    ...(random.below(100) === 0 && { leavesAfterMs: random.below(50) }),
  };
}

/** What a change of the source of truth asks of it. */
export function drawWriting(random: SeededRandom): Action {
  const key = drawKey(random);
  const draw = random.below(100);
  if (draw < 15) return drawSet(random, key);
  if (draw < 20) return { kind: 'expire', keys: [key] };
  if (draw < 35) return drawMutation(random, key);
  if (draw < 43) return drawWrite(random, key);
  if (draw < 45) return { kind: 'refresh', key, loadMs: 5 };
  if (draw < 60) return drawInvalidation(random, pick(random, hot));
  const strict = random.below(5) === 0 ? ({ mode: 'strict' } as const) : {};
  return { kind: 'invalidate', keys: [key], ...strict };
}

function drawMutation(random: SeededRandom, key: string): Action {
  const targets = random.below(4) === 0 ? { tags: [`t${random.below(3)}`] } : { keys: [key] };
  const fails = random.below(6) === 0 ? { fails: true } : {};
  return { kind: 'mutate', ...targets, takesMs: pick(random, [0, 5, 50]), ...fails };
}

function drawWrite(random: SeededRandom, key: string): Action {
  const fails = pick(random, [undefined, undefined, undefined, 'refused', 'answer lost'] as const);
  return { kind: 'write', key, takesMs: pick(random, [0, 5, 50]), ...(fails && { fails }) };
}

function drawKey(random: SeededRandom): string {
  return pick(random, random.below(3) === 0 ? hot : rows);
}
