import { checkSignal, checkSwitch } from './check-options.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import { entryNames, entryPolicyOf, standardPolicy } from './entry-options.ts';
import { invalidArgument } from './errors.ts';
import type { CheckOptions, EntryOptions, ReadOptions } from './options.ts';
import type { StandardSchema } from './ports/standard-schema.ts';
import { valueCheckOf } from './value-check-of.ts';

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
    const base = entryPolicyOf(defaults ?? {}, 'defaults', standardPolicy, entryNames);
    const named = new Map<string, EntryPolicy>();
    for (const [name, options] of Object.entries(profiles ?? {})) {
      named.set(name, entryPolicyOf(options, `profiles.${name}`, base, entryNames));
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
    const check = valueCheckOf(options, field);
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
    const policy = entryPolicyOf(options, field, base, names);
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
