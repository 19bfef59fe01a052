/**
 * Early refresh, so that nothing happens when a value that many ask for ends.
 *
 * The algorithm is XFetch: A. Vattani, F. Chierichetti and K. Lowenstein, "Optimal Probabilistic Cache Stampede
 * Prevention", PVLDB 8(8), 2015. Each read of a value that is still fresh draws u, even between 0 and 1, and takes
 * the value for ended if
 *
 *     now + delta · beta · -ln(u) ≥ end of its freshness
 *
 * where delta is how long the value took to load. So the chance grows from nearly none to one as the end comes
 * near, over a time that is in proportion to what a load takes; and because the exponential distribution has no
 * memory, reads need not know of each other, in one process or in many. beta is 1; more refreshes earlier, less
 * later. A value that is read once in a while is hardly ever drawn, and costs no load more.
 *
 * Two things differ from the paper. Whoever draws the refresh does not wait for it: the value is fresh, and is the
 * answer. And no read draws longer than `reach` times delta · beta before the end, where the chance is below 1 in
 * 2,900: reads of what has long to go cost nothing more.
 */
const reach = 8;

/** From how long before the end of its freshness on a value that took `loadMs` to load is drawn for, in milliseconds. */
export function earlyWindow(loadMs: number, beta: number): number {
  return reach * loadMs * beta;
}

/**
 * Draws how long before the end of its freshness a read has a value refreshed: `delta · beta · -ln(u)`, given the
 * `window` of the value and a number from 0 to below 1. The refresh is due if less than that is left.
 */
export function drawEarly(window: number, fraction: number): number {
  return (window / reach) * -Math.log(1 - fraction);
}

/** How long loading the value took, as its window tells. */
export function loadMsOf(window: number, beta: number): number {
  return window / (reach * beta);
}
