/** A number of things: `95,607`. */
export function count(number: number): string {
  return number.toLocaleString('en', { maximumFractionDigits: 0 });
}

/** A share from 0 to 1 in percent: `85.6 %`. A share just short of 1 is never rounded up to 100 %. */
export function percent(share: number): string {
  const shown = share < 1 ? Math.min(Math.round(share * 1_000) / 10, 99.9) : 100;
  return `${shown.toFixed(1)} %`;
}

/** Milliseconds with three digits and the unit that suits them: `12.3 µs`, `1.25 ms`, `340 ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 0.9995) return `${threeDigits(milliseconds)} ms`;
  return `${threeDigits(milliseconds * 1_000)} µs`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return count(value);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}
