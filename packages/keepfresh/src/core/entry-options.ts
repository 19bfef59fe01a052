import {
  checkFunction,
  checkNames,
  checkSignal,
  checkSwitch,
  wholeNumber,
} from './check-options.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import { invalidArgument } from './errors.ts';
import type { ValueCheck } from './engine/loads/value-check.ts';
import type { CheckOptions, EntryOptions, ReadOptions } from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import { defaultMaxTtlMs } from './policy/expiry.ts';
import { checkTags } from './policy/tag-list.ts';
import type { StandardSchema } from './ports/standard-schema.ts';

const minute = 60_000;
const hour = 60 * minute;

/** How an entry is treated where nothing was said: the one place of these defaults. */
const standard: EntryPolicy = {
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
const readNames: readonly string[] = [...entryNames, 'schema', 'migrate', 'signal', 'fresh'];

/** What all views of a cache share of how entries are treated; changed as a whole while the cache runs. */
interface EntryRules {
  defaults: EntryPolicy;
  profiles: ReadonlyMap<string, EntryPolicy>;
  /** Grows with each change. */
  revision: number;
}

/** What a namespace says of its entries. */
export interface NamespaceRules {
  readonly defaults?: EntryOptions<string, never> | undefined;
  /** Longest life of an entry, stale windows included, in milliseconds. */
  readonly maxTtlMs?: number | undefined;
}

/** Options of reads and writes, made into policies: those of a call over its profile over the defaults. */
export class EntryOptionsResolver {
  readonly #rules: EntryRules;
  readonly #parent: EntryOptionsResolver | undefined;
  readonly #own: NamespaceRules;
  #defaults: EntryPolicy;
  #revision: number;

  private constructor(rules: EntryRules, parent?: EntryOptionsResolver, own: NamespaceRules = {}) {
    this.#rules = rules;
    this.#parent = parent;
    this.#own = own;
    this.#revision = rules.revision;
    this.#defaults = this.#resolveDefaults();
  }

  /** The defaults and profiles of `createCache`. */
  static of(
    defaults: EntryOptions<never, never> | undefined,
    profiles: Readonly<Record<string, EntryOptions<never, never>>> | undefined,
  ): EntryOptionsResolver {
    const base = resolve(defaults ?? {}, 'defaults', standard, entryNames);
    const named = new Map<string, EntryPolicy>();
    for (const [name, options] of Object.entries(profiles ?? {})) {
      named.set(name, resolve(options, `profiles.${name}`, base, entryNames));
    }
    return new EntryOptionsResolver({ defaults: base, profiles: named, revision: 0 });
  }

  /** The same with other defaults and limits: for a namespace. */
  within(own: NamespaceRules): EntryOptionsResolver {
    return new EntryOptionsResolver(this.#rules, this, own);
  }

  /** Takes over the defaults and profiles of another one, for all views of the cache. */
  adopt(other: EntryOptionsResolver): void {
    const { defaults, profiles } = other.#rules;
    this.#rules.defaults = defaults;
    this.#rules.profiles = profiles;
    this.#rules.revision++;
  }

  /** What the options come to, now and after each change of the configuration; `finish` is applied once for each. */
  live(
    options: EntryOptions<string, never>,
    field: string,
    finish: (policy: EntryPolicy) => EntryPolicy,
  ): () => EntryPolicy {
    let policy = finish(this.resolve(options, field));
    let { revision } = this.#rules;
    return () => {
      if (revision === this.#rules.revision) return policy;
      policy = finish(this.resolve(options, field));
      revision = this.#rules.revision;
      return policy;
    };
  }

  /** Options of one read, `signal` and `fresh` included in what is allowed. */
  resolveRead(
    options: (ReadOptions<string, never> & CheckOptions<StandardSchema>) | undefined,
    field: string,
  ): EntryPolicy {
    if (options === undefined) return this.#standing();
    checkSignal(options.signal, `${field}.signal`);
    checkSwitch(options.fresh, `${field}.fresh`);
    const policy = this.#resolve(options, field, readNames);
    const check = checkOf(options, field);
    return check === undefined ? policy : { ...policy, check };
  }

  resolve(options: EntryOptions<string, never> | undefined, field: string): EntryPolicy {
    return options === undefined ? this.#standing() : this.#resolve(options, field, entryNames);
  }

  #resolve(
    options: EntryOptions<string, never>,
    field: string,
    names: readonly string[],
  ): EntryPolicy {
    const base = options?.profile === undefined ? this.#standing() : this.#profile(options, field);
    const policy = resolve(options, field, base, names);
    const { maxTtlMs } = this.#standing();
    return maxTtlMs === undefined ? policy : { ...policy, maxTtlMs };
  }

  /** The defaults as they are configured now. */
  #standing(): EntryPolicy {
    if (this.#revision === this.#rules.revision) return this.#defaults;
    this.#defaults = this.#resolveDefaults();
    this.#revision = this.#rules.revision;
    return this.#defaults;
  }

  #resolveDefaults(): EntryPolicy {
    if (this.#parent === undefined) return this.#rules.defaults;
    const { defaults, maxTtlMs } = this.#own;
    const policy = this.#parent.resolve(defaults, 'namespace options.defaults');
    if (maxTtlMs === undefined) return policy;
    return { ...policy, maxTtlMs: Math.min(maxTtlMs, policy.maxTtlMs ?? maxTtlMs) };
  }

  #profile(options: EntryOptions<string, never>, field: string): EntryPolicy {
    const found = this.#rules.profiles.get(options.profile!);
    if (found !== undefined) return found;
    const known = [...this.#rules.profiles.keys()].map((name) => `'${name}'`).join(' or ');
    const allowed = known === '' ? 'absent, as no profile was given to createCache' : known;
    throw invalidArgument(`${field}.profile`, allowed, options.profile);
  }
}

/** How values are checked; undefined where nothing was said. */
export function checkOf(
  { schema, migrate }: CheckOptions<StandardSchema>,
  field: string,
): ValueCheck | undefined {
  checkFunction(migrate, `${field}.migrate`);
  if (schema === undefined && migrate === undefined) return undefined;
  if (!isSchema(schema)) {
    const allowed = 'a Standard Schema, such as one of zod, valibot or arktype';
    throw invalidArgument(`${field}.schema`, allowed, schema);
  }
  return { schema, migrate };
}

function isSchema(value: unknown): value is StandardSchema {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const standard = isObject ? (value as Partial<StandardSchema>)['~standard'] : undefined;
  return typeof standard?.validate === 'function';
}

function resolve(
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
