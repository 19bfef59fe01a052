import { checkFunction, oneOf } from './check-options.ts';
import type { Emitter } from './emitter.ts';
import type { MutateRequest } from './engine/invalidations/mutator.ts';
import { type Duration, parseDuration } from './policy/duration.ts';

/** How `mutate` treats its marker, in addition to what it invalidates. */
export interface MutateOptions {
  /**
   * Longest time the function takes, 1 ms to 1 hour: its signal is aborted then, and loads are stored again.
   * Give the database transaction the same limit. @default '30s'
   */
  readonly timeout?: Duration;
  /** `required`: reject with MARKER_FAILED, without running, when the remote cannot hold the marker. @default 'preferred' */
  readonly marker?: 'preferred' | 'required';
  /** Told when the invalidation after the function could not be placed everywhere yet; it is tried again. */
  readonly onPending?: (error: unknown) => void;
}

/** How long a mutation takes at most, and whether it runs without its marker. */
export interface Mutation {
  readonly timeoutMs: number;
  readonly markerRequired: boolean;
}

/** An hour, the longest time for which loads are kept from being stored. */
export const holdLimits = { min: 1, max: 3_600_000 };

/** How a mutation is carried out. Throws INVALID_ARGUMENT, which names the option behind `field`. */
export function mutationOf(
  { timeout = '30s', marker }: Pick<MutateOptions, 'timeout' | 'marker'>,
  field: string,
): Mutation {
  const names = ['preferred', 'required'] as const;
  return {
    timeoutMs: parseDuration(timeout, `${field}.timeout`, holdLimits),
    markerRequired: oneOf(marker, `${field}.marker`, names) === 'required',
  };
}

/**
 * Tells the caller's listener what is pending. The caller hears what its function did, so a listener that throws is
 * only reported.
 */
export function tellerOf(
  { onPending }: MutateOptions,
  emitter: Emitter,
): MutateRequest<unknown>['onPending'] {
  if (onPending === undefined) return undefined;
  checkFunction(onPending, 'mutate options.onPending');
  return (error) => emitter.tell('onPending', onPending, error);
}
