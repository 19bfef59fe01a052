/**
 * The keys replaced by 1, 2, 3, … in the order in which they first appear. The first request for a key
 * thereby asks for a product nobody has asked for, as it did in the recorded shop.
 */
export function numberByFirstAppearance(keys: Iterable<number>): Uint32Array {
  const numbers = new Map<number, number>();
  return Uint32Array.from(keys, (key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size + 1);
    return numbers.size;
  });
}
