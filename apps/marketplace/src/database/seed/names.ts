import type { Random } from './random.ts';

const brandStarts =
  'Alder, Birch, Cedar, Dover, Ember, Fjord, Granit, Haven, Isar, Juno, Kestrel, Lumen, Marlow, Nord, Orla, Pine, Quill, Rowan, Sable, Tarn'.split(
    ', ',
  );
const brandEnds = 'berg, craft, dale, haus, ley, mark, field, son, vik, works'.split(', ');
const vendorStarts =
  'Harbour Street, Old Mill, North Quay, Market Hall, Garden Gate, Station Road, Copper Yard, River Bend, Lantern, Castle Hill, Linden, Blue Door'.split(
    ', ',
  );
const vendorEnds = 'Goods, Supply, Traders, Outfitters, Emporium'.split(', ');
const series =
  'Aria, Classic, Compact, Corsa, Essential, Everyday, Heritage, Horizon, Metro, Nova, Original, Piccolo, Prime, Pure, Signature, Studio, Terra, Trail, Urban, Vista'.split(
    ', ',
  );
const virtues =
  'made to last, easy to care for, light in the hand, carefully balanced, honest in its materials, quiet and dependable, ready for every day, built to be repaired'.split(
    ', ',
  );
const promises = [
  'Spare parts are kept for ten years.',
  'It ships in recyclable packaging.',
  'Each piece is checked by hand.',
  'Designed in small batches with its makers.',
];

/** All brand names: 200, each once. */
export const brandNames: readonly string[] = brandStarts.flatMap((start) =>
  brandEnds.map((end) => start + end),
);

/** All vendor names: 60, each once. */
export const vendorNames: readonly string[] = vendorEnds.flatMap((end) =>
  vendorStarts.map((start) => `${start} ${end}`),
);

/** Cities in which vendors sit, with their ISO 3166-1 country. */
export const cities: readonly (readonly [city: string, country: string])[] = [
  ['Aarhus', 'DK'],
  ['Bordeaux', 'FR'],
  ['Freiburg', 'DE'],
  ['Ghent', 'BE'],
  ['Graz', 'AT'],
  ['Leeds', 'GB'],
  ['Malmö', 'SE'],
  ['Porto', 'PT'],
  ['Turin', 'IT'],
  ['Utrecht', 'NL'],
  ['València', 'ES'],
  ['Zürich', 'CH'],
];

/** A product's name, such as `Nordvik Heritage Frying Pan 240`. */
export function productName(random: Random, brand: string, good: string): string {
  return `${brand} ${random.pick(series)} ${good} ${random.integer(10, 99) * 10}`;
}

/** Two sentences that sell a product. */
export function productDescription(random: Random, name: string): string {
  const first = random.integer(0, virtues.length - 1);
  const second = (first + random.integer(1, virtues.length - 1)) % virtues.length;
  return `The ${name} is ${virtues[first]} and ${virtues[second]}. ${random.pick(promises)}`;
}

/** The plural of a good, as the name of its category. */
export function plural(good: string): string {
  const ofMany = /^(?:Pair|Pack) of (.+)$/.exec(good);
  if (ofMany?.[1]) return ofMany[1];
  if (good.startsWith('Eau')) return good.replace('Eau', 'Eaux');
  if (/(?:Knife|Scarf)$/.test(good)) return good.replace(/(?:fe|f)$/, 'ves');
  if (/[^aeiou]y$/.test(good)) return `${good.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x)$/.test(good) ? `${good}es` : `${good}s`;
}
