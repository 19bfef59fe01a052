import type { Plan, Step } from '../plan.ts';

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

/** The course of a history in which no message tells of news: beats alone do, and H of each process is a second. */
export function untold(processes: 2 | 3): Pick<Plan, 'lossShare' | 'maxLagMs'> {
  return { lossShare: 1, maxLagMs: Array.from({ length: processes }, () => 1_000) };
}
