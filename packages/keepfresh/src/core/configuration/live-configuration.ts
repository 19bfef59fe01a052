import type { EngineLimits, EngineParts } from '../engine/engine-parts.ts';
import type { EntryOptionsResolver } from '../entry-options-resolver.ts';
import { CacheError, invalidArgument } from '../errors.ts';
import type { CacheOptions } from '../options.ts';
import type { NeverKeys } from '../policy/never-keys.ts';
import { type CacheConfiguration, configurationOf } from './cache-configuration.ts';
import { changedPaths } from './changed-paths.ts';
import { configurationData } from './configuration-data.ts';
import type { Configuration } from './configuration.ts';
import { isPlainObject, mergePatch } from './merge-patch.ts';

/** What a change of the configuration is put in force in. */
export interface ConfiguredParts extends Pick<
  EngineParts,
  'memory' | 'gate' | 'aheadGate' | 'far' | 'report'
> {
  readonly limits: { -readonly [Name in keyof EngineLimits]: EngineLimits[Name] };
  readonly resolver: EntryOptionsResolver;
  readonly never: NeverKeys;
  /** Memory holds more than it may. */
  readonly onShrink: () => void;
  /** Nothing of keys with these patterns may be kept any more. */
  readonly onNever: (patterns: readonly string[]) => void;
}

/** What may change while a cache runs; a name stands for everything in it. */
const changeable: readonly string[] = [
  'defaults',
  'profiles',
  'never',
  'timeouts',
  'loads',
  'circuit',
  'memory.maxBytes',
  'memory.maxEntries',
];

/** The configuration of a cache that runs: what it says, and how it changes. */
export class LiveConfiguration {
  #options: CacheOptions<string>;
  #data: Configuration;
  readonly #parts: ConfiguredParts;

  constructor(
    options: CacheOptions<string>,
    configuration: CacheConfiguration,
    parts: ConfiguredParts,
  ) {
    this.#options = options;
    this.#data = configurationData(options, configuration);
    this.#parts = parts;
  }

  /** Everything in force that is data. */
  get data(): Configuration {
    return structuredClone(this.#data);
  }

  /** Puts a JSON merge patch in force as a whole, or throws INVALID_ARGUMENT and changes nothing. */
  change(patch: unknown): void {
    if (!isPlainObject(patch)) throw invalidArgument('the change', 'an object', patch);
    const before = { ...this.#options, never: (this.#data as { never: unknown }).never };
    const options = mergePatch(before, neverAsObject(patch)) as CacheOptions<string>;
    const next = configurationOf(options, 'configure()');
    const data = configurationData(options, next);
    const changed = changedPaths([before, this.#data], [options, data]);
    this.#refuseFixed(changed);
    this.#refuseRemovedProfiles(options);
    if (changed.length === 0) return;
    this.#resizeMemory(next);
    const never = next.never.patterns.filter((each) => !this.#parts.never.patterns.includes(each));
    this.#adopt(next);
    this.#options = options;
    this.#data = data;
    if (never.length > 0) this.#parts.onNever(never);
    this.#parts.report('configured', () => ({ changed }));
  }

  #adopt({ resolver, never, limits, loads, ahead, circuit }: CacheConfiguration): void {
    const parts = this.#parts;
    parts.resolver.adopt(resolver);
    parts.never.adopt(never);
    Object.assign(parts.limits, limits);
    parts.gate.resize(loads);
    parts.aheadGate.resize(ahead);
    parts.far?.configure(circuit);
  }

  /** The only step that may be refused; it comes first. */
  #resizeMemory({ memory: bounds }: CacheConfiguration): void {
    if (bounds === undefined) return;
    const { memory, onShrink } = this.#parts;
    if (!memory.resize(bounds)) {
      const { maxBytes, maxEntries } = bounds;
      const allowed = 'more than what namespaces have of their own';
      throw invalidArgument('memory', allowed, `${maxBytes} bytes, ${maxEntries} entries`);
    }
    onShrink();
  }

  #refuseFixed(changed: readonly string[]): void {
    const isAllowed = (path: string): boolean =>
      changeable.some((each) => path === each || path.startsWith(`${each}.`));
    const fixed = changed.filter((path) => !isAllowed(path));
    if (fixed.length === 0) return;
    const message = `${fixed.join(', ')} cannot be changed while the cache runs; what can is ${changeable.join(', ')}`;
    throw new CacheError('INVALID_ARGUMENT', message);
  }

  /** Whoever uses one would be refused in the middle of a request. */
  #refuseRemovedProfiles({ profiles = {} }: CacheOptions<string>): void {
    const gone = Object.keys(this.#options.profiles ?? {}).filter(
      (name) => !Object.hasOwn(profiles, name),
    );
    if (gone.length === 0) return;
    const message = `profiles.${gone.join(', profiles.')} cannot be removed while the cache runs: calls may name it`;
    throw new CacheError('INVALID_ARGUMENT', message);
  }
}

/** The short form says both. */
function neverAsObject(patch: Readonly<Record<string, unknown>>): object {
  const { never } = patch;
  return Array.isArray(never) ? { ...patch, never: { patterns: never as unknown[] } } : patch;
}
