import type { EngineParts } from '../engine-parts.ts';
import type { Flight } from '../loads/flight.ts';
import type { LookUps } from './look-ups.ts';
import type { Outcome } from './outcome.ts';
import type { ReadRequest } from './read-request.ts';

/** A wait for a flight, and what is looked at when it takes long. */
export interface SlowWait<Answer> {
  readonly caller: Pick<ReadRequest, 'key' | 'policy' | 'signal'>;
  readonly answer: Promise<Answer>;
  readonly flight: Flight;
  readonly lookUps: Pick<LookUps, 'insteadOfWaiting'>;
}

/**
 * The answer of a flight, or a stale value if the load takes longer than the caller's soft timeout; the load then
 * goes on, and its value is kept, though everybody may have left. Later callers wait only for what is left of the
 * timeout.
 */
export function unlessSlow<Answer>(
  { clock, elapsed, report }: Pick<EngineParts, 'clock' | 'elapsed' | 'report'>,
  { caller, answer, flight, lookUps }: SlowWait<Answer>,
): Promise<Answer | Outcome> {
  const { key, policy, signal } = caller;
  if (policy.softTimeoutMs === Number.POSITIVE_INFINITY) return answer;
  const leftMs = policy.softTimeoutMs - (elapsed.read() - flight.startedAt);
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(Math.max(0, leftMs), () => {
      const stale = signal?.aborted === true ? undefined : lookUps.insteadOfWaiting(key);
      if (stale === undefined) return;
      flight.detach();
      report('load.slow', () => ({ key }));
      resolve(stale);
    });
    answer.then(resolve, reject).finally(cancel);
  });
}
