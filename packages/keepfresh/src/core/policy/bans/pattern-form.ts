import type { Glob } from '../glob.ts';
import { gap, type Segments } from './shape-index.ts';

/**
 * How a pattern can be looked up without testing it against the key.
 * - `prefix`: `user:42:*`; `suffix`: `*:stats`.
 * - `shape`: whole segments between colons are literal or `*`, as in `search:*:7:*` and in `user:42`.
 * - `general`: none of these; it has to be tested.
 */
export type PatternForm =
  | { readonly kind: 'prefix'; readonly affix: string }
  | { readonly kind: 'suffix'; readonly affix: string }
  | { readonly kind: 'shape'; readonly segments: Segments }
  | { readonly kind: 'general' };

/** The form of a glob; the same for two globs iff they are written the same, apart from needless `*` and `\`. */
export function formOf({ literals }: Glob): PatternForm {
  if (literals === undefined) return { kind: 'general' };
  const [first = '', last = ''] = literals;
  if (literals.length === 2 && last === '') return { kind: 'prefix', affix: first };
  if (literals.length === 2 && first === '') return { kind: 'suffix', affix: last };
  const segments = segmentsOf(literals);
  return segments === undefined ? { kind: 'general' } : { kind: 'shape', segments };
}

/** Segments of a pattern given as the literals between its stars; undefined when a star shares a segment. */
function segmentsOf(literals: readonly string[]): Segments | undefined {
  const segments: (string | typeof gap)[] = [];
  for (const [index, literal] of literals.entries()) {
    const texts = literal.split(':');
    if (index > 0) {
      segments.push(gap);
      if (texts.shift() !== '') return undefined;
    }
    const isLast = index === literals.length - 1;
    if (!isLast && texts.pop() !== '') return undefined;
    segments.push(...texts);
  }
  return segments;
}
