import type { MissReason } from '../../events.ts';
import type { Outcome } from './outcome.ts';
import type { ReadRequest } from './read-request.ts';

/** What a look at one of several keys found: something to serve, or why there is nothing. */
export type Found = Outcome | Missed;

/** Why nothing can be served of a key. */
export interface Missed {
  /** Tells it from an outcome. */
  readonly level: 'none';
  readonly reason: MissReason;
  /** What the shared store had, if it was asked. */
  readonly looked: ReadRequest['looked'];
}

export function missed(reason: MissReason, looked?: ReadRequest['looked']): Missed {
  return { level: 'none', reason, looked };
}
