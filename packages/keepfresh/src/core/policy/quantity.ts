import { invalidArgument } from '../errors.ts';

/** A kind of amount that options take: how it is written, and how its texts become numbers. */
export interface QuantityKind {
  /** What a plain number counts: `milliseconds`. */
  readonly counts: string;
  /** Texts that show the notation in error messages. */
  readonly examples: readonly string[];
  /** How many of what a plain number counts each unit is worth. Whole numbers. */
  readonly units: ReadonlyMap<string, number>;
  /** Whether units may be written in upper case. */
  readonly anyCase: boolean;
}

/** The smallest and the largest amount an option takes; 0 and 2^53 − 1 unless given. */
export interface QuantityRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

// At most six decimals, so that digits × unit stays below 2^53 and the arithmetic is exact.
const notation = /^(\d{1,15})(?:\.(\d{1,6}))?([a-z]+)$/i;

/**
 * Reads a whole, non-negative amount from a number or a text such as `1.5h`. A text has one number without
 * sign or exponent and one unit, nothing between; a fraction is allowed where the result is whole.
 * Throws `INVALID_ARGUMENT`, which names `field`, for everything else.
 */
export function parseQuantity(
  value: unknown,
  field: string,
  kind: QuantityKind,
  range: QuantityRange,
): number {
  const min = range.min ?? 0;
  const max = range.max ?? Number.MAX_SAFE_INTEGER;
  const amount = typeof value === 'string' ? amountOf(value, kind) : value;
  if (Number.isSafeInteger(amount) && (amount as number) >= min && (amount as number) <= max) {
    return amount as number;
  }
  throw invalidArgument(field, allowed(kind, min, max), value);
}

function amountOf(text: string, { units, anyCase }: QuantityKind): number {
  const [, whole = '', decimals = '', unit = ''] = notation.exec(text) ?? [];
  const worth = units.get(anyCase ? unit.toLowerCase() : unit) ?? Number.NaN;
  const fraction = (Number(decimals) * worth) / 10 ** decimals.length;
  return Number.isInteger(fraction) ? Number(whole) * worth + fraction : Number.NaN;
}

function allowed(kind: QuantityKind, min: number, max: number): string {
  const notationText = kind.examples.map((example) => `'${example}'`).join(', ');
  const most = max === Number.MAX_SAFE_INTEGER ? '' : ` to ${written(max, kind)}`;
  return `a whole number of ${kind.counts} or a text such as ${notationText}, from ${written(min, kind)}${most}`;
}

function written(amount: number, kind: QuantityKind): string {
  return amount === 0 ? '0' : `'${formatQuantity(amount, kind)}'`;
}

/** Writes an amount with the largest unit of which it is a whole number. */
export function formatQuantity(amount: number, { units }: QuantityKind): string {
  const [unit, worth] = [...units]
    .filter(([, each]) => amount % each === 0 && amount >= each)
    .reduce((largest, each) => (each[1] > largest[1] ? each : largest), [...units][0]!);
  return `${amount / worth}${unit}`;
}
