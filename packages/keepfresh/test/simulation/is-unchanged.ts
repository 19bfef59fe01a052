import { covers } from './coverage.ts';
import type { Coverage, History, Instant } from './history.ts';

/**
 * Whether nothing was changed in the source, or removed from the store, that concerns a value since it was loaded:
 * then its loader may say that it is still right, and whatever is promised of the new load is promised of the old one.
 */
export function isUnchanged(history: History, id: number): boolean {
  const value = history.loads[id]!;
  const concerns = (each: { readonly covers: Coverage; readonly end?: Instant }): boolean =>
    covers(each.covers, value) && (each.end === undefined || each.end.tick > value.start.tick);
  const isErased = history.erasures.some(
    ({ key, at }) => key === value.key && at.tick > value.start.tick,
  );
  return !isErased && !history.invalidations.some(concerns) && !history.mutations.some(concerns);
}
