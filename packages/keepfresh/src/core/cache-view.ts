import { CountedChanges } from './counted-changes.ts';
import { CountedReads } from './counted-reads.ts';
import type { LiveConfiguration } from './configuration/live-configuration.ts';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine/engine.ts';
import type { EntryOptionsResolver } from './entry-options.ts';
import { KeySpace } from './key-space.ts';
import { ManyReads } from './many-reads.ts';
import type { NeverKeys } from './policy/never-keys.ts';
import { ReadCounters } from './stats.ts';

/** What a view of a cache, the cache itself or a namespace, is a view of. */
export interface CacheViewOptions {
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly resolver: EntryOptionsResolver;
  readonly never: NeverKeys;
  readonly configuration: LiveConfiguration;
  /** Put before keys, tags and patterns; '' for the cache itself. */
  readonly prefix: string;
  /** Those of all views so far. */
  readonly prefixes: Set<string>;
  readonly maxKeyBytes: number;
  readonly evictions: () => number;
}

/** What one view of a cache works with: names, reads, changes and counters of its own, over the engine of all. */
export class CacheView {
  readonly options: CacheViewOptions;
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly resolver: EntryOptionsResolver;
  readonly counters: ReadCounters = new ReadCounters();
  readonly keys: KeySpace;
  readonly reads: CountedReads;
  readonly many: ManyReads;
  readonly changes: CountedChanges;

  constructor(options: CacheViewOptions) {
    const { engine, emitter, resolver, prefix, never } = options;
    const { counters } = this;
    options.prefixes.add(prefix);
    this.options = options;
    this.engine = engine;
    this.emitter = emitter;
    this.resolver = resolver;
    this.keys = new KeySpace(options);
    this.reads = new CountedReads({
      engine,
      emitter,
      counters,
      prefix,
      never,
      wanted: () => resolver.resolve(undefined, 'defaults'),
    });
    this.many = new ManyReads({ reads: this.reads, keys: this.keys, clock: engine.parts.clock });
    this.changes = new CountedChanges({ engine, keys: this.keys, counters, resolver, never });
  }

  /** Another view of the same cache. */
  with(changed: Partial<CacheViewOptions>): CacheView {
    return new CacheView({ ...this.options, ...changed });
  }
}
