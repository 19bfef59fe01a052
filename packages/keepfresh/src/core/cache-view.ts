import { CountedChanges } from './counted-changes.ts';
import { CountedReads } from './counted-reads.ts';
import type { LiveConfiguration } from './configuration/live-configuration.ts';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine/engine.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import { HookedChanges } from './hooks/hooked-changes.ts';
import { HookedReads } from './hooks/hooked-reads.ts';
import { hooksOf } from './hooks/hooks.ts';
import type { Plugin } from './hooks/plugin.ts';
import type { EntryOptionsResolver } from './entry-options-resolver.ts';
import { KeySpace } from './key-space.ts';
import { ManyReads } from './many-reads.ts';
import type { NeverKeys } from './policy/never-keys.ts';
import type { Warming } from './warming/warming.ts';
import { ViewCounters } from './stats.ts';

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
  readonly warming: Warming;
  /** Plugins whose hooks run around what is done through this view, the first outermost. */
  readonly plugins: readonly Plugin[];
  /** Of a view that counts with another one. @default its own */
  readonly counters?: ViewCounters;
}

/** What one view of a cache works with: names, reads, changes and counters of its own, over the engine of all. */
export class CacheView {
  readonly options: CacheViewOptions;
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly resolver: EntryOptionsResolver;
  readonly counters: ViewCounters;
  readonly keys: KeySpace;
  readonly reads: CountedReads;
  readonly many: ManyReads;
  readonly changes: CountedChanges;

  constructor(options: CacheViewOptions) {
    const { engine, emitter, resolver, prefix, never } = options;
    const { counters = new ViewCounters(), plugins } = options;
    this.counters = counters;
    options.prefixes.add(prefix);
    this.options = options;
    this.engine = engine;
    this.emitter = emitter;
    this.resolver = resolver;
    this.keys = new KeySpace(options);
    const wanted = (): EntryPolicy => resolver.resolve(undefined, 'defaults');
    const forReads = { engine, emitter, counters, prefix, never, wanted };
    const forChanges = { engine, emitter, keys: this.keys, counters, resolver, never };
    const hooks = plugins.length > 0 ? hooksOf(plugins) : undefined;
    this.reads = hooks ? new HookedReads(forReads, hooks) : new CountedReads(forReads);
    this.changes = hooks ? new HookedChanges(forChanges, hooks) : new CountedChanges(forChanges);
    this.many = new ManyReads({ reads: this.reads, keys: this.keys, clock: engine.parts.clock });
  }

  /** Another view of the same cache, with counters of its own unless they are given. */
  with(changed: Partial<CacheViewOptions>): CacheView {
    const { counters: _, ...options } = this.options;
    return new CacheView({ ...options, ...changed });
  }
}
