import type { Glob } from '../glob.ts';
import { BanMark, type Order } from './ban-mark.ts';

/** What stands in a shape where a pattern has `*`. */
export const gap: unique symbol = Symbol('gap');

/** A pattern as its segments between colons, each a literal text or a gap: `search:*:7:*`. */
export type Segments = readonly (string | typeof gap)[];

/** All patterns with their literals in the same places. */
interface Shape {
  /** For each segment, whether it is a literal. */
  readonly places: readonly boolean[];
  readonly gaps: number;
  readonly lastGap: number;
  /** By the literal segments, joined with colons. */
  readonly patterns: Map<string, { readonly glob: Glob; readonly mark: BanMark }>;
}

/** Above so many ways to lay a shape over a key, its patterns are tested one by one. */
const maxLayings = 64;

/**
 * Bans by patterns whose stars each fill a place between colons, such as `search:*:7:*`.
 *
 * Such patterns come from templates in code, so there are many patterns and few shapes. A key is looked up
 * once for each way to lay a shape over it: one where the key has as many segments as the shape, more where it
 * has more, because a `*` of Redis crosses colons and so takes one segment *or several*.
 */
export class ShapeIndex {
  readonly #shapes = new Map<string, Shape>();

  /** Whether something that covers `key` was banned after `moment`. */
  covers(key: string, order: Order, moment: number): boolean {
    if (this.#shapes.size === 0) return false;
    const segments = key.split(':');
    for (const shape of this.#shapes.values()) {
      if (isCovered({ shape, key, segments, order, moment })) return true;
    }
    return false;
  }

  /** The mark of a pattern, made when there is none. */
  markOf(glob: Glob, segments: Segments): BanMark {
    const shape = this.#shapeOf(segments);
    const literals = literalsOf(segments);
    let pattern = shape.patterns.get(literals);
    if (pattern === undefined) {
      pattern = { glob, mark: new BanMark() };
      shape.patterns.set(literals, pattern);
    }
    return pattern.mark;
  }

  remove(segments: Segments): void {
    const shape = this.#shapeOf(segments);
    shape.patterns.delete(literalsOf(segments));
    if (shape.patterns.size === 0) this.#shapes.delete(nameOf(segments));
  }

  #shapeOf(segments: Segments): Shape {
    const name = nameOf(segments);
    let shape = this.#shapes.get(name);
    if (shape === undefined) {
      const places = segments.map((segment) => segment !== gap);
      const gaps = segments.filter(isGap).length;
      shape = { places, gaps, lastGap: segments.lastIndexOf(gap), patterns: new Map() };
      this.#shapes.set(name, shape);
    }
    return shape;
  }
}

interface Question {
  readonly shape: Shape;
  readonly key: string;
  readonly segments: readonly string[];
  readonly order: Order;
  readonly moment: number;
}

function isCovered(question: Question): boolean {
  const { shape, key, segments, order, moment } = question;
  const extra = segments.length - shape.places.length;
  if (extra < 0 || (extra > 0 && shape.gaps === 0)) return false;
  if (layings(extra, shape.gaps) <= maxLayings) return isLaidOver(question, 0, 0, undefined);
  return shape.patterns
    .values()
    .some(({ glob, mark }) => mark.isAfter(order, moment) && glob.matches(key));
}

/** Whether the places from `place` on can be laid over the segments from `at` on, after these literals. */
function isLaidOver(
  question: Question,
  place: number,
  at: number,
  literals: string | undefined,
): boolean {
  const { shape, segments, order, moment } = question;
  const left = shape.places.length - place;
  if (left === 0) {
    const isWhole = at === segments.length;
    return isWhole && shape.patterns.get(literals ?? '')?.mark.isAfter(order, moment) === true;
  }
  if (shape.places[place] === true) {
    const segment = segments[at]!;
    const joined = literals === undefined ? segment : `${literals}:${segment}`;
    return isLaidOver(question, place + 1, at + 1, joined);
  }
  const last = segments.length - (left - 1);
  // After the last gap come only literals, one segment each: it has no choice.
  for (let end = place === shape.lastGap ? last : at + 1; end <= last; end++) {
    if (isLaidOver(question, place + 1, end, literals)) return true;
  }
  return false;
}

/** In how many ways `extra` segments can be shared out among `gaps` gaps: `extra + gaps - 1` over `extra`. */
function layings(extra: number, gaps: number): number {
  let ways = 1;
  for (let i = 1; i <= extra && ways <= maxLayings; i++) ways = (ways * (gaps - 1 + i)) / i;
  return ways;
}

function isGap(segment: string | typeof gap): boolean {
  return segment === gap;
}

function nameOf(segments: Segments): string {
  return segments.map((segment) => (segment === gap ? '*' : '.')).join('');
}

function literalsOf(segments: Segments): string {
  return segments.filter((segment) => segment !== gap).join(':');
}
