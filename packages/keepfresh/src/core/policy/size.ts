import { formatQuantity, parseQuantity, type QuantityRange } from './quantity.ts';

/** An amount of memory in options: bytes, or a number with the unit `b`, `kb`, `mb` or `gb`. */
export type Size = number | string;

const kind = {
  counts: 'bytes',
  examples: ['512kb', '256mb', '1.5gb'],
  units: new Map([
    ['b', 1],
    ['kb', 1024],
    ['mb', 1024 ** 2],
    ['gb', 1024 ** 3],
  ]),
  anyCase: true,
};

/**
 * Bytes of a size: `parseSize('256mb', 'maxBytes')` is 268,435,456. Units are multiples of 1,024, as in
 * Redis's `maxmemory`, and may be upper case. Throws `INVALID_ARGUMENT`, which names `field`, for anything
 * else and for what is outside of `range`.
 */
export function parseSize(value: unknown, field: string, range: QuantityRange = {}): number {
  return parseQuantity(value, field, kind, range);
}

/** The shortest text of a size: 67,108,864 is `'64mb'`. What `parseSize` reads back exactly. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, kind);
}
