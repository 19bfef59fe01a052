/** How often the pause doubles: the longest is this power of 2 times the first. */
const doublings = 5;

/**
 * How long to leave a source alone after the given number of failures in a row, in milliseconds: `firstMs`, twice
 * that, and so on up to 32 times; of this between three quarters and all, by `fraction` (0 to below 1), so that
 * processes which failed together do not try together.
 */
export function backOff(failures: number, firstMs: number, fraction: number): number {
  const whole = firstMs * 2 ** Math.min(failures - 1, doublings);
  return whole * (1 - fraction / 4);
}
