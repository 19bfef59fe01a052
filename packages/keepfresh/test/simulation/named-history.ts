import type { Action, Fault, Plan, Step } from './plan.ts';

/** A history that went wrong somewhere, told as a plan. */
export interface NamedHistory {
  readonly name: string;
  /** Where it was seen, or who warned of it. */
  readonly seenIn: string;
  /** Played with several seeds, which differ in the delays of messages. */
  readonly plan: (seed: number) => Plan;
  /** Where it is about waiting: no read takes longer, in milliseconds. */
  readonly longestReadMs?: number | undefined;
}

type Course = Omit<Partial<Plan>, 'seed'> & { readonly steps: readonly Step[] };

/** A history of up to three processes on a quiet network, with what is different in it. */
export function history(
  name: string,
  seenIn: string,
  course: Course,
  longestReadMs?: number,
): NamedHistory {
  const last = Math.max(...course.steps.map(({ at }) => at));
  return {
    name,
    seenIn,
    longestReadMs,
    plan: (seed) => ({
      seed,
      maxLagMs: [400, 400, 400],
      wallOffsets: [0, 90_000, -90_000],
      memory: [true, true, true],
      delays: { mostMs: seed % 4, slowShare: 0, slowMs: 0, slowUntilMs: 0 },
      lossShare: 0,
      partialShare: 0,
      retentionMs: 60_000,
      sourceLagMs: 0,
      ttlMs: 60_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      calm: false,
      endMs: last + 4_000,
      ...course,
    }),
  };
}

/** The processes. */
export const A = 0;
export const B = 1;
export const C = 2;

export function does(at: number, process: number, action: Action): Step {
  return { at, process, action };
}

export function load(at: number, process: number, key: string, loadMs = 1): Step {
  const builtFrom = key === 'p:1' ? ['a'] : [];
  return does(at, process, { kind: 'getOrSet', key, loadMs, builtFrom });
}

export function invalidateKey(at: number, process: number, key: string): Step {
  return does(at, process, { kind: 'invalidate', keys: [key] });
}

export function invalidateTag(at: number, process: number, tag: string): Step {
  return does(at, process, { kind: 'invalidate', tags: [tag] });
}

export function befalls(at: number, fault: Fault): Step {
  return { at, fault };
}

/** Everybody reads, at once and when H is over. */
export function readEverywhere(at: number, key: string): Step[] {
  return [at, at + 500].flatMap((time) =>
    [A, B, C].flatMap((process) => [
      does(time, process, { kind: 'get', key }),
      load(time + 5, process, key),
    ]),
  );
}

export function peekOften(from: number, process: number, key: string): Step[] {
  return Array.from({ length: 15 }, (_, index) =>
    does(from + 10 * index, process, { kind: 'peek', key }),
  );
}
