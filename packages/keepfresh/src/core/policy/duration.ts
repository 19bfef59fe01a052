import { formatQuantity, parseQuantity, type QuantityRange } from './quantity.ts';

/** A length of time in options: milliseconds, or a number with the unit `ms`, `s`, `m`, `h` or `d`. */
export type Duration = number | string;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const kind = {
  counts: 'milliseconds',
  examples: ['250ms', '5s', '1.5m', '2h', '1d'],
  units: new Map([
    ['ms', 1],
    ['s', second],
    ['m', minute],
    ['h', hour],
    ['d', day],
  ]),
  anyCase: false,
};

/**
 * Milliseconds of a duration: `parseDuration('1.5m', 'ttl')` is 90,000. Always whole and not negative.
 * Units are lower case (`'5M'` is refused: nobody knows whether it means minutes). Throws
 * `INVALID_ARGUMENT`, which names `field`, for anything else and for what is outside of `range`.
 */
export function parseDuration(value: unknown, field: string, range: QuantityRange = {}): number {
  return parseQuantity(value, field, kind, range);
}

/** The shortest text of a duration: 90,000 is `'90s'`, 300,000 `'5m'`. What `parseDuration` reads back exactly. */
export function formatDuration(ms: number): string {
  return formatQuantity(ms, kind);
}
