const digits = 11;
const exactBelow = 2 ** digits;
const mostDoublings = 31;
/** So often at most is a number doubled that stays below 2^31, the largest that shifts keep positive. */
const shiftedDoublings = 20;

/**
 * Packs a number into 16 bits: 11 binary digits and how often they are doubled. Exact for whole numbers below
 * 2,048, otherwise larger by less than a thousandth, never smaller. At most 2^42.
 */
export function packRough(number: number): number {
  if (!(number > 0)) return 0;
  const value = Math.ceil(number);
  if (value < exactBelow) return value;
  return value < 2 ** 32 ? packWord(value) : packLarge(value);
}

/** A number of 32 bits needs no loop and no floating point: the leading zeros tell how long it is. */
function packWord(value: number): number {
  const doublings = 32 - digits - Math.clz32(value);
  const kept = ((value - 1) >>> doublings) + 1;
  return pack(kept, doublings);
}

function packLarge(value: number): number {
  let kept = value;
  let doublings = 0;
  while (kept >= exactBelow && doublings < mostDoublings) {
    kept = Math.ceil(kept / 2);
    doublings++;
  }
  return pack(Math.min(kept, exactBelow - 1), doublings);
}

/** What was rounded up to 2,048 is half of it, doubled once more. */
function pack(kept: number, doublings: number): number {
  return kept < exactBelow
    ? doublings * exactBelow + kept
    : (doublings + 1) * exactBelow + exactBelow / 2;
}

/** The number that was packed, or slightly more. */
export function unpackRough(packed: number): number {
  const kept = packed & (exactBelow - 1);
  const doublings = packed >>> digits;
  return doublings <= shiftedDoublings ? kept << doublings : kept * 2 ** doublings;
}
