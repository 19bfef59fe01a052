import type { Plot } from '../questions/question.ts';
import type { Row } from './result.ts';

/** The answers of one contender, or of several that answer the same. */
interface Curve {
  readonly label: string;
  readonly values: readonly number[];
}

const width = 760;
const field = { left: 48, top: 44, width: 690, height: 300 };
const legendTop = field.top + field.height + 56;
const lineHeight = 20;

/** Colours that can be told apart on white and on black, and without colour by their dashes. */
const colours = ['#8a8f98', '#0f9d76', '#d9662c', '#4a86e8', '#b35cc9', '#c9a400', '#e0457b'];
const dashes = ['2 3', '', '7 3', '', '3 3', '10 3 2 3', ''];

/** What is equal to a tenth of a percent is one curve. */
const sameWithin = 0.05;

/** A plot as SVG: percent upwards, sizes to the right, a curve per contender; for light and dark pages. */
export function toSvg(plot: Plot, rows: readonly Row[]): string {
  const curves = curvesOf(plot, rows);
  const height = legendTop + curves.length * lineHeight;
  const top = highest(curves);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(plot.title)}">
<style>
.ground { fill: #ffffff; }
.rule { stroke: #d8dce1; }
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
@media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117; }
  .rule { stroke: #30363d; }
  text { fill: #e6edf3; }
}
.title { font-weight: 600; }
.curve { fill: none; stroke-width: 2; }
</style>
<rect width="100%" height="100%" class="ground"/>
<text class="title" x="${field.left}" y="22">${escape(plot.title)}</text>
${rules(top)}
${labels(plot)}
${curves.map((curve, n) => drawn(curve, n, top)).join('\n')}
</svg>
`;
}

function curvesOf({ points }: Plot, rows: readonly Row[]): Curve[] {
  const curves: Curve[] = [];
  for (const { contender, answers } of rows) {
    const values = points.map(({ answer }) => Number(answers[answer]?.value));
    if (values.some(Number.isNaN)) continue;
    const same = curves.findIndex((curve) => isSame(curve.values, values));
    if (same === -1) curves.push({ label: contender, values });
    else curves[same] = { label: `${curves[same]!.label}, ${contender}`, values };
  }
  return curves;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, n) => Math.abs(value - other[n]!) < sameWithin);
}

/** The end of the scale: the next ten percent above all curves. */
function highest(curves: readonly Curve[]): number {
  return Math.min(100, 10 * Math.ceil(Math.max(1, ...curves.flatMap(({ values }) => values)) / 10));
}

function rules(top: number): string {
  const step = top > 50 ? 20 : top > 20 ? 10 : 5;
  const levels = Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => n * step);
  const lines = levels.map((percent) => {
    const y = yOf(percent, top);
    return `<line class="rule" x1="${field.left}" x2="${field.left + field.width}" y1="${y}" y2="${y}"/><text x="${field.left - 8}" y="${y + 4}" text-anchor="end">${percent}</text>`;
  });
  return lines.join('\n');
}

function labels({ points }: Plot): string {
  const y = field.top + field.height + 20;
  const sizes = points.map(
    ({ label }, n) =>
      `<text x="${xOf(n, points.length)}" y="${y}" text-anchor="middle">${escape(label)}</text>`,
  );
  const middle = field.left + field.width / 2;
  sizes.push(
    `<text x="${middle}" y="${y + 18}" text-anchor="middle">hits in percent, by entries in percent of all keys</text>`,
  );
  return sizes.join('\n');
}

function drawn({ label, values }: Curve, n: number, top: number): string {
  const style = `stroke="${colours[n % colours.length]}" stroke-dasharray="${dashes[n % dashes.length]}"`;
  const points = values.map((value, at) => `${xOf(at, values.length)},${yOf(value, top)}`);
  const y = legendTop + n * lineHeight;
  return `<polyline class="curve" ${style} points="${points.join(' ')}"/>
<line class="curve" ${style} x1="${field.left}" x2="${field.left + 36}" y1="${y}" y2="${y}"/><text x="${field.left + 46}" y="${y + 4}">${escape(label)}</text>`;
}

function xOf(n: number, points: number): number {
  return round(field.left + (field.width * (n + 0.5)) / points);
}

function yOf(percent: number, top: number): number {
  return round(field.top + field.height * (1 - percent / top));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
