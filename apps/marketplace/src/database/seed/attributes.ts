import type { EntityType, ValueType } from '../tables.ts';
import type { Random } from './random.ts';

/** An attribute definition with the rule for its seeded values. */
export interface SeededAttribute {
  readonly entityType: EntityType;
  readonly code: string;
  readonly label: string;
  readonly valueType: ValueType;
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly value: (random: Random) => string | number | boolean;
}

const countries = [
  'Austria',
  'Denmark',
  'Finland',
  'France',
  'Germany',
  'Italy',
  'Portugal',
  'Spain',
];

/** Every attribute definition; an attribute's id is its place in this list, from 1. */
export const attributes: readonly SeededAttribute[] = [
  choice('product', 'material', 'Material', [
    'Aluminium',
    'Bamboo',
    'Ceramic',
    'Cotton',
    'Glass',
    'Linen',
    'Oak',
    'Polyester',
    'Stainless steel',
    'Wool',
  ]),
  number('product', 'weight', 'Weight', 'g', (random) => random.integer(2, 240) * 25),
  number('product', 'warranty', 'Warranty', 'months', (random) =>
    random.pick([12, 24, 36, 60, 120]),
  ),
  flag('product', 'dishwasher-safe', 'Dishwasher safe'),
  choice('product', 'energy-class', 'Energy class', ['A', 'B', 'C', 'D', 'E', 'F', 'G']),
  number('product', 'release-year', 'Released in', undefined, (random) =>
    random.integer(2019, 2026),
  ),
  choice('product', 'connectivity', 'Connectivity', [
    'Bluetooth',
    'Cable',
    'USB-C',
    'Wi-Fi',
    'Zigbee',
  ]),
  number('product', 'recycled-share', 'Recycled share', '%', (random) => random.integer(0, 20) * 5),
  choice('product', 'made-in', 'Made in', countries),
  choice('product', 'care', 'Care', ['Dry clean', 'Hand wash', 'Wash at 30 °C', 'Wash at 40 °C']),
  flag('product', 'water-resistant', 'Water resistant'),
  choice('product', 'skin-type', 'Skin type', ['All', 'Dry', 'Normal', 'Oily', 'Sensitive']),
  flag('product', 'vegan', 'Vegan'),
  number('product', 'shelf-life', 'Shelf life once opened', 'months', (random) =>
    random.pick([6, 12, 18, 24]),
  ),
  number('product', 'age-from', 'From age', 'years', (random) => random.integer(0, 14)),
  number('product', 'pages', 'Pages', undefined, (random) => random.integer(3, 60) * 16),
  choice('product', 'language', 'Language', ['English', 'French', 'German', 'Italian', 'Spanish']),
  choice('variant', 'colour', 'Colour', [
    'Black',
    'Bordeaux',
    'Cobalt',
    'Cream',
    'Forest',
    'Graphite',
    'Mustard',
    'Sand',
    'Terracotta',
    'White',
  ]),
  choice('variant', 'size', 'Size', ['XS', 'S', 'M', 'L', 'XL', 'XXL']),
  choice('variant', 'capacity', 'Capacity', ['Mini', 'Standard', 'Plus', 'Max']),
  choice('vendor', 'ships-from', 'Ships from', countries),
  number('vendor', 'return-days', 'Return within', 'days', (random) =>
    random.pick([14, 30, 60, 100]),
  ),
  flag('vendor', 'carbon-neutral', 'Carbon-neutral delivery'),
];

function choice(entityType: EntityType, code: string, label: string, choices: readonly string[]) {
  const value = (random: Random) => random.pick(choices);
  return { entityType, code, label, valueType: 'choice', choices, value } as const;
}

function flag(entityType: EntityType, code: string, label: string) {
  const value = (random: Random) => random.chance(0.5);
  return { entityType, code, label, valueType: 'boolean', value } as const;
}

function number(
  entityType: EntityType,
  code: string,
  label: string,
  unit: string | undefined,
  value: (random: Random) => number,
): SeededAttribute {
  return { entityType, code, label, valueType: 'number', ...(unit && { unit }), value };
}
