/**
 * The exact percentile of some values by nearest rank: the smallest value that is at least as large as
 * `share` (0 to 1) of them. NaN if there are none. The values must be in ascending order.
 */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  if (ascending.length === 0) return NaN;
  const rank = Math.max(1, Math.ceil(share * ascending.length));
  return ascending[rank - 1]!;
}
