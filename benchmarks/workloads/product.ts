import { SeededRandom } from 'keepfresh/testing';

const words =
  'walnut lamp desk shade brass warm light bulb hand made oiled solid wood cotton cable foot switch dimmable reading corner living room soft glow north workshop small series repairable spare part included guarantee years assembled local'.split(
    ' ',
  );

/** The page of a product as a shop caches it, with variants, images and reviews: about 20 KB of JSON, always the same. */
export function productPage(): unknown {
  const random = new SeededRandom('product page');
  const word = (): string => words[random.below(words.length)]!;
  const text = (count: number): string => Array.from({ length: count }, word).join(' ');
  return {
    id: 7,
    slug: 'walnut-desk-lamp',
    name: 'Walnut desk lamp',
    vendor: { id: 12, name: 'North Workshop', rating: 4.7 },
    description: text(380),
    variants: Array.from({ length: 45 }, (_, index) => ({
      id: 7_000 + index,
      sku: `WDL-${index}-${random.below(99_999)}`,
      color: word(),
      price: 1_999 + random.below(9_000),
      stock: random.below(200),
      weight: random.below(5_000) / 1_000,
      active: random.below(5) > 0,
    })),
    images: Array.from({ length: 14 }, () => ({
      url: `https://cdn.example.com/p/7/${random.hex(8)}.jpg`,
      width: 1_200,
      height: 900,
      alt: text(5),
    })),
    reviews: Array.from({ length: 35 }, () => ({
      id: random.below(1e9),
      author: word(),
      stars: 1 + random.below(5),
      at: new Date(1.7e12 + random.below(1e9) * 50).toISOString(),
      text: text(33),
    })),
  };
}
