const digits = 11;
const exactBelow = 2 ** digits;
const mostDoublings = 31;

/**
 * Packs a number into 16 bits: 11 binary digits and how often they are doubled. Exact for whole numbers below
 * 2,048, otherwise larger by less than a thousandth, never smaller. At most 2^42.
 */
export function packRough(number: number): number {
  if (!(number > 0)) return 0;
  let value = Math.ceil(number);
  let doublings = 0;
  // Numbers of 32 bits need no loop: the leading zeros tell how long they are.
  if (value >= exactBelow && value < 2 ** 32) {
    doublings = 32 - digits - Math.clz32(value);
    value = Math.ceil(value / 2 ** doublings);
  }
  while (value >= exactBelow && doublings < mostDoublings) {
    value = Math.ceil(value / 2);
    doublings++;
  }
  return doublings * exactBelow + Math.min(value, exactBelow - 1);
}

/** The number that was packed, or slightly more. */
export function unpackRough(packed: number): number {
  return (packed & (exactBelow - 1)) * 2 ** (packed >>> digits);
}
