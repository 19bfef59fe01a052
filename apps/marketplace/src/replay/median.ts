import { percentile } from './percentile.ts';

/** The median of some values by nearest rank, in any order. NaN if there are none. */
export function median(values: Iterable<number>): number {
  return percentile(Float64Array.from(values).sort(), 0.5);
}
