import type { Sharing } from '../engine/memory/sealed.ts';
import type {
  CircuitOptions,
  CoherenceOptions,
  EntryOptions,
  LoadOptions,
  MemoryOptions,
  TimeoutOptions,
  WarmingOptions,
} from '../options.ts';
import type { EvictionPolicyName } from '../ports/eviction-policy.ts';

/**
 * The options of `createCache` that are data: what a file or the environment can say. Functions, connections and
 * codecs are given in code, beside it.
 */
export interface Configuration {
  readonly name?: string;
  readonly memory?: false | MemoryConfiguration;
  readonly coherence?: CoherenceOptions;
  readonly defaults?: EntryConfiguration;
  readonly profiles?: Readonly<Record<string, EntryConfiguration>>;
  readonly never?: NeverConfiguration | readonly string[];
  readonly sharing?: Sharing;
  readonly timeouts?: TimeoutOptions;
  readonly loads?: LoadOptions;
  readonly circuit?: CircuitOptions;
  readonly warming?: Omit<WarmingOptions, 'keep'>;
}

export interface MemoryConfiguration extends Pick<MemoryOptions, 'maxBytes' | 'maxEntries'> {
  readonly policy?: EvictionPolicyName;
}

export interface EntryConfiguration extends Omit<EntryOptions<never, never>, 'profile' | 'tags'> {
  readonly tags?: readonly string[];
}

export interface NeverConfiguration {
  readonly patterns: readonly string[];
  readonly throws?: boolean;
}

/**
 * A change of a configuration, as a JSON merge patch (RFC 7396): what is named is replaced, `null` brings back the
 * default, what is not named stays.
 */
export type ConfigurationPatch = Patch<Configuration>;

type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Name in keyof T]?: Patch<Exclude<T[Name], undefined>> | null }
    : T;
