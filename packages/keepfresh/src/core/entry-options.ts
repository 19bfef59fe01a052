import { checkNames, wholeNumber } from './check-options.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import { invalidArgument } from './errors.ts';
import type { EntryOptions } from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import { defaultMaxTtlMs } from './policy/expiry.ts';
import { checkTags } from './policy/tag-list.ts';

const minute = 60_000;
const hour = 60 * minute;

/** How an entry is treated where nothing was said: the one place of these defaults. */
export const standardPolicy: EntryPolicy = {
  ttlMs: 5 * minute,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  negativeTtlMs: 30_000,
  errorTtlMs: 0,
  jitter: 0.05,
  loadTimeoutMs: 30_000,
  softTimeoutMs: Number.POSITIVE_INFINITY,
  retryAfterMs: 1_000,
  earlyRefresh: 0,
  refreshAhead: 0,
  tags: () => [],
};

/** The names of the options of an entry. */
export const entryNames: readonly string[] = [
  'profile',
  'ttl',
  'staleWhileRevalidate',
  'staleIfError',
  'negativeTtl',
  'errorTtl',
  'jitter',
  'loadTimeout',
  'softTimeout',
  'retryAfter',
  'earlyRefresh',
  'refreshAhead',
  'tags',
];

/** What the options of an entry come to, over `base`. Throws INVALID_ARGUMENT, also for other names than `names`. */
export function entryPolicyOf(
  options: EntryOptions<string, never>,
  field: string,
  base: EntryPolicy,
  names: readonly string[],
): EntryPolicy {
  checkNames(options, field, names);
  const time = (name: keyof EntryOptions & string, otherwise: number, min: number): number =>
    options[name] === undefined
      ? otherwise
      : parseDuration(options[name], `${field}.${name}`, { min, max: defaultMaxTtlMs });
  const ttlMs = time('ttl', base.ttlMs, 1);
  return {
    ttlMs,
    staleWhileRevalidateMs: time('staleWhileRevalidate', base.staleWhileRevalidateMs, 0),
    staleIfErrorMs: time('staleIfError', base.staleIfErrorMs, 0),
    negativeTtlMs: time('negativeTtl', Math.min(base.negativeTtlMs, ttlMs), 0),
    jitter: jitterOf(options.jitter, `${field}.jitter`, base.jitter),
    ...refreshingOf(options, field, base),
    tags: options.tags === undefined ? base.tags : tagsOf(options.tags, `${field}.tags`),
  };
}

/** How long loads may take, and when values are loaded again that nobody waits for. */
function refreshingOf(
  options: EntryOptions<string, never>,
  field: string,
  base: EntryPolicy,
): Pick<
  EntryPolicy,
  | 'loadTimeoutMs'
  | 'softTimeoutMs'
  | 'retryAfterMs'
  | 'errorTtlMs'
  | 'earlyRefresh'
  | 'refreshAhead'
> {
  const { loadTimeout, softTimeout, retryAfter, errorTtl, earlyRefresh, refreshAhead } = options;
  const time = (name: string, given: Duration | undefined, otherwise: number, min = 1): number =>
    given === undefined ? otherwise : parseDuration(given, `${field}.${name}`, { min, max: hour });
  return {
    loadTimeoutMs: time('loadTimeout', loadTimeout, base.loadTimeoutMs),
    softTimeoutMs: time('softTimeout', softTimeout, base.softTimeoutMs),
    retryAfterMs: time('retryAfter', retryAfter, base.retryAfterMs, 0),
    errorTtlMs: time('errorTtl', errorTtl, base.errorTtlMs, 0),
    earlyRefresh: betaOf(earlyRefresh, `${field}.earlyRefresh`, base.earlyRefresh),
    refreshAhead: wholeNumber(refreshAhead, `${field}.refreshAhead`, {
      min: 0,
      max: 1_000_000,
      default: base.refreshAhead,
    }),
  };
}

function betaOf(value: unknown, field: string, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  throw invalidArgument(field, 'true, false or a number from 0 to 100', value);
}

function jitterOf(value: unknown, field: string, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalidArgument(field, 'a number from 0 to 1', value);
}

function tagsOf(
  tags: NonNullable<EntryOptions<string, never>['tags']>,
  field: string,
): (value: unknown) => readonly string[] {
  if (typeof tags === 'function') return tags as (value: unknown) => readonly string[];
  const fixed = checkTags(tags, field, '');
  return () => fixed;
}
