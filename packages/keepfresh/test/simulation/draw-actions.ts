import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import { pick } from './pick.ts';
import type { Action, ReadThrough, Step } from './plan.ts';

/** Actions come in bursts, because what is close in time is what can go wrong. */
export function drawActions(random: SeededRandom, count: number, spanMs: number): Step[] {
  const steps: Step[] = [];
  const bursts = 2 + random.below(4);
  for (let burst = 0; burst < bursts; burst++) {
    const from = 100 + random.below(spanMs - 100);
    const widthMs = pick(random, [1, 5, 30, 300]);
    const size = 2 + random.below(5);
    const focus = pick(random, keys);
    for (let index = 0; index < size; index++) {
      const at = from + random.below(widthMs);
      steps.push({ at, process: random.below(count), action: drawAction(random, focus, true) });
    }
  }
  return steps;
}

const keys = ['a', 'a', 'b', 'b', 'c', 'p:1', 'p:2'];

function drawAction(random: SeededRandom, focus: string, mayNest: boolean): Action {
  const key = random.below(4) === 0 ? pick(random, keys) : focus;
  const draw = random.below(mayNest ? 100 : 90);
  if (draw < 42) return drawRead(random, key);
  if (draw < 50)
    return { kind: random.below(4) === 0 ? 'has' : 'get', key, fresh: random.below(5) === 0 };
  if (draw < 53) return { kind: 'peek', key };
  if (draw < 56)
    return key.startsWith('p:')
      ? drawRead(random, key)
      : { kind: 'refresh', key, loadMs: drawLoadMs(random) };
  if (draw < 60) return drawSet(random, key);
  if (draw < 78) return drawInvalidation(random, key);
  if (draw < 82)
    return random.below(2) === 0
      ? { kind: 'expire', keys: [key] }
      : { kind: 'expire', tags: [drawTag(random)] };
  if (draw < 90) return drawMutation(random, key);
  const kind = pick(random, ['sequence', 'sequence', 'together'] as const);
  const actions = Array.from({ length: 2 + random.below(2) }, () =>
    drawAction(random, focus, false),
  );
  return { kind, actions };
}

export function drawRead(random: SeededRandom, key: string): ReadThrough {
  return {
    kind: 'getOrSet',
    key,
    loadMs: drawLoadMs(random),
    ...(random.below(10) === 0 && { fails: true }),
    ...(random.below(8) === 0 && { fresh: true }),
    ...(random.below(25) === 0 && { leavesAfterMs: random.below(50) }),
    ...(key.startsWith('p:') && { builtFrom: key === 'p:1' ? ['a'] : ['b', 'c'] }),
  };
}

export function drawSet(random: SeededRandom, key: string): Action {
  return {
    kind: 'set',
    key,
    queue: random.below(3) === 0,
    ...(random.below(2) === 0 && { versioned: true }),
  };
}

function drawLoadMs(random: SeededRandom): number {
  return pick(random, [0, 1, 5, 20, 20, 60, 300, random.below(12) === 0 ? 1_200 : 100]);
}

export function drawInvalidation(random: SeededRandom, key: string): Action {
  const mode = pick(random, [undefined, undefined, undefined, 'strict', 'queue'] as const);
  const how = mode === undefined ? {} : { mode };
  const draw = random.below(10);
  if (draw < 5) return { kind: 'invalidate', keys: [key], ...how };
  if (draw < 8) return { kind: 'invalidate', tags: [drawTag(random)], ...how };
  if (draw < 9) {
    return { kind: 'invalidate', pattern: pick(random, ['a*', '?', 'p:*', '*', '[ab]']), ...how };
  }
  return { kind: 'invalidate', everything: true, ...how };
}

function drawTag(random: SeededRandom): string {
  return pick(random, ['t0', 't0', 't1', 't2']);
}

function drawMutation(random: SeededRandom, key: string): Action {
  return {
    kind: 'mutate',
    ...pick(random, [
      { keys: [key] },
      { tags: [drawTag(random)] },
      { keys: [key], tags: ['t0'] },
      { pattern: '?' },
    ]),
    takesMs: drawLoadMs(random),
    ...(random.below(6) === 0 && { fails: true }),
  };
}
