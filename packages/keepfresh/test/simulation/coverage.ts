import type { Coverage, Invalidation, Load } from './history.ts';

/**
 * Whether an invalidation covers a value: by its key, by a tag that was stored with it, by a pattern, or
 * because it covers everything. Written without the library, so that a fault there does not hide here.
 */
export function covers(coverage: Coverage, load: Pick<Load, 'key' | 'tags'>): boolean {
  return (
    coverage.everything ||
    coverage.keys.includes(load.key) ||
    coverage.tags.some((tag) => load.tags.includes(tag)) ||
    coverage.patterns.some((pattern) => matches(pattern, load.key))
  );
}

/** Whether an invalidation makes a value invalid: it covers it, and began after its load did. */
export function outdates(invalidation: Invalidation, load: Load): boolean {
  const { except, start, behind, process } = invalidation;
  if (load.id === except || load.start.tick > start.tick) return false;
  const isNext = behind === true && load.behind === true && load.process === process;
  if (isNext && load.id > except!) return false;
  return covers(invalidation.covers, load);
}

/** Whether it makes something invalid that the value was built from, `parts`, by a tag that both have. */
export function outdatesPart(
  invalidation: Invalidation,
  { tags }: Load,
  parts: readonly Load[],
): boolean {
  const shared = invalidation.covers.tags.filter((tag) => tags.includes(tag));
  if (shared.length === 0) return false;
  return parts.some((part) => {
    const isCovered = shared.some((tag) => part.tags.includes(tag));
    return isCovered && part.start.tick < invalidation.start.tick;
  });
}

/** What targets cover. */
export function coverage(targets: {
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  readonly pattern?: string;
  readonly everything?: boolean;
}): Coverage {
  const { keys = [], tags = [], pattern, everything = false } = targets;
  return { keys, tags, patterns: pattern === undefined ? [] : [pattern], everything };
}

const compiled = new Map<string, RegExp>();

/** Simple globs only: `*`, `?` and classes, over ASCII keys. */
function matches(pattern: string, key: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
    expression = new RegExp(`^${source}$`);
    compiled.set(pattern, expression);
  }
  return expression.test(key);
}
