import { checkNames } from './check-options.ts';
import { CacheError, invalidArgument } from './errors.ts';
import { checkKey, checkPattern } from './policy/key-check.ts';
import { checkTags } from './policy/tag-list.ts';
import type { KeyBan, PatternBan, TagBan } from './ports/log.ts';

/** What to invalidate: any of keys, tags and patterns, one or many of each. */
export interface Targets {
  readonly keys?: string | readonly string[];
  readonly tags?: string | readonly string[];
  /** Redis globs over keys, from the `pattern` template or as they are. */
  readonly patterns?: string | readonly string[];
}

export interface CheckedTargets {
  readonly keys: readonly string[];
  readonly covers: readonly (KeyBan | TagBan | PatternBan)[];
}

/** Most keys, tags and patterns of one call: more is a job for a tag or a pattern. */
const maxTargets = 10_000;

/** The targets with a namespace's prefix, checked; throws INVALID_ARGUMENT before anything was changed. */
export function checkTargets(
  targets: Targets,
  options: {
    readonly field: string;
    readonly prefix: string;
    readonly maxKeyBytes: number;
    readonly soft?: boolean;
  },
): CheckedTargets {
  const { field, prefix, maxKeyBytes } = options;
  checkNames(targets, field, ['keys', 'tags', 'patterns']);
  const list = (name: keyof Targets): readonly unknown[] =>
    asList(targets[name], `${field}.${name}`);
  const keys = list('keys').map((key) => prefix + checkKey(key, maxKeyBytes, `${field}.keys`));
  const tags = list('tags').flatMap((tag) => checkTags([tag], `${field}.tags`, prefix));
  const patterns = list('patterns').map(
    (pattern) => prefix + checkPattern(pattern, `${field}.patterns`),
  );
  const soft = options.soft === true ? { soft: true } : {};
  const covers = [
    ...keys.map((key): KeyBan => ({ kind: 'key', key, ...soft })),
    ...tags.map((tag): TagBan => ({ kind: 'tag', tag, ...soft })),
    ...patterns.map((pattern): PatternBan => ({ kind: 'pattern', pattern })),
  ];
  if (covers.length === 0) throw nothing(field);
  return { keys, covers };
}

function asList(value: unknown, field: string): readonly unknown[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) throw invalidArgument(field, 'a string or an array of strings', value);
  if (value.length > maxTargets) {
    throw invalidArgument(field, `of at most ${maxTargets} names`, value);
  }
  return value;
}

function nothing(field: string): CacheError {
  return new CacheError('INVALID_ARGUMENT', `${field} must name at least one key, tag or pattern`);
}
