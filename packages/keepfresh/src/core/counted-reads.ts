import type { Emitter } from './emitter.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import type { Engine } from './engine/engine.ts';
import type { EntryPolicy } from './engine/entry-policy.ts';
import type { Loader } from './engine/loads/loader.ts';
import { runLoad } from './engine/loads/load.ts';
import type { LogView } from './engine/coherence/log-view.ts';
import type { Outcome } from './engine/reads/outcome.ts';
import type { ReadRequest, Wanted } from './engine/reads/read-request.ts';
import { type Found, missed } from './engine/reads/found.ts';
import { isShared, reveal } from './engine/memory/sealed.ts';
import { isAccepted } from './engine/loads/value-check.ts';
import type { MissReason } from './events.ts';
import type { NeverKeys } from './policy/never-keys.ts';
import type { StandardSchema } from './ports/standard-schema.ts';
import type { ViewCounters } from './stats.ts';

/** How one read goes. */
export interface ReadMode extends Pick<ReadRequest, 'looked'> {
  readonly signal: AbortSignal | undefined;
  readonly fresh: boolean;
}

/** Not said otherwise: wait for the value, and trust what may be trusted. */
export const plainRead: ReadMode = { signal: undefined, fresh: false };

/** Only what is current as of the read will do. */
export const freshRead: ReadMode = { signal: undefined, fresh: true };

/** What the reads of a view work with. */
export interface CountedReadsOptions {
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly counters: ViewCounters;
  /** Put before keys and tags. */
  readonly prefix: string;
  readonly never: NeverKeys;
  /** How what is read without options is treated now. */
  readonly wanted: () => Wanted;
}

/** One read or refresh. */
interface Reading {
  readonly key: string;
  readonly loader: Loader;
  readonly policy: EntryPolicy;
  readonly mode: ReadMode;
}

/** The reads of one view of a cache: each outcome is counted and told here, once. Keys carry the prefix. */
export class CountedReads {
  readonly #engine: Engine;
  readonly #emitter: Emitter;
  readonly #counters: ViewCounters;
  readonly #prefix: string;
  readonly #never: NeverKeys;
  readonly #wanted: () => Wanted;
  // What a hit needs, at hand.
  readonly #memory: EngineParts['memory'];
  readonly #clock: EngineParts['clock'];
  readonly #trust: LogView['trust'];
  readonly #heard: Emitter['heard'];
  readonly #table: LogView['table'];

  constructor(options: CountedReadsOptions) {
    this.#engine = options.engine;
    this.#emitter = options.emitter;
    this.#counters = options.counters;
    this.#prefix = options.prefix;
    this.#never = options.never;
    this.#wanted = options.wanted;
    const { memory, clock, view } = options.engine.parts;
    this.#memory = memory;
    this.#clock = clock;
    this.#trust = view.trust;
    this.#heard = options.emitter.heard;
    this.#table = view.table;
  }

  /** The value under `key` if memory has it fresh, and is known to fit the schema if there is one, else undefined. */
  peek(key: string, schema?: StandardSchema): unknown {
    const slot = this.findFresh(key, schema, false);
    if (slot === -1) return this.#peekElsewhere(key, schema);
    const sealed = this.#memory.value(slot);
    this.countHit(key, slot);
    return reveal(sealed);
  }

  /** A promise of the same, or undefined where `peek` has nothing. */
  promise(key: string, schema?: StandardSchema): Promise<unknown> | undefined {
    const slot = this.findFresh(key, schema, true);
    if (slot === -1) return this.#promiseAnew(key, schema);
    const promise = this.#memory.promise(slot) ?? leavePromise(this.#memory, slot);
    this.countHit(key, slot);
    return promise;
  }

  /**
   * The slot of a value that can be served as it is, or -1: one look-up, one compare with the ban table, one clock.
   * Where a refresh may be due, which a read through is to look at, only what is settled counts. What few hits need
   * stays out of here: V8 inlines this into its callers only while it is small. It is no private method, nor is
   * `countHit`: V8 checks the receiver of those, which makes a hit a tenth dearer.
   */
  findFresh(key: string, schema: StandardSchema | undefined, isSettled: boolean): number {
    const memory = this.#memory;
    const slot = memory.find(key);
    if (slot === -1 || !memory.isChecked(slot, this.#table.seq)) return -1;
    const now = this.#clock.now();
    if (!this.#trust.covers(now)) return -1;
    // What is settled is fresh: asked first in both cases, so that both are one way through the code.
    if (!memory.isSettled(slot, now) && (isSettled || !memory.isFresh(slot, now))) return -1;
    return schema === undefined || isAccepted(memory.value(slot), schema) ? slot : -1;
  }

  #promiseAnew(key: string, schema: StandardSchema | undefined): Promise<unknown> | undefined {
    return this.#isFoundValid(key) ? this.promise(key, schema) : undefined;
  }

  #peekElsewhere(key: string, schema: StandardSchema | undefined): unknown {
    return this.#isFoundValid(key) ? this.peek(key, schema) : this.#peekPending(key, schema);
  }

  /**
   * Whether the value was only not checked since the last invalidation, and a look now finds that this covers
   * something else.
   */
  #isFoundValid(key: string): boolean {
    const slot = this.#memory.find(key);
    if (slot === -1 || this.#memory.isChecked(slot, this.#table.seq)) return false;
    return this.#engine.judge.isValid(key, slot);
  }

  /** Comes last: a listener may change what is in the slot. */
  countHit(key: string, slot: number): void {
    this.#memory.touch(slot);
    this.#counters.memoryHits++;
    if (this.#heard.hit) this.#emitter.emit('hit', { key, level: 'memory', stale: false });
  }

  read(key: string, loader: Loader, policy: EntryPolicy, mode: ReadMode): Promise<unknown> {
    return this.#answer(key, this.#start('read', { key, loader, policy, mode }), valueOf);
  }

  refresh(key: string, loader: Loader, policy: EntryPolicy): Promise<unknown> {
    const reading = { key, loader, policy, mode: plainRead };
    return this.#answer(key, this.#start('refresh', reading), valueOf);
  }

  /** Like `read` or `refresh`, and tells where the value came from. */
  outcome(how: 'read' | 'refresh', reading: Reading): Promise<Outcome> {
    return this.#answer(reading.key, this.#start(how, reading), (outcome) => outcome);
  }

  /** Whether every read has to pass here, one by one. */
  get isHooked(): boolean {
    return false;
  }

  /** What is cached of each key, in order; whoever goes on with it counts it. */
  async lookUpMany(
    keys: readonly string[],
    wanted: Wanted = this.#wanted(),
  ): Promise<readonly Found[]> {
    const found = await this.#engine.lookUps.many(keys, wanted);
    if (!keys.some((key) => this.#isKeptOut(key))) return found;
    return found.map((each, n) => (this.#isKeptOut(keys[n]!) ? missed('absent') : each));
  }

  /** Whether anything is cached that can be served; counts nothing. */
  async has(key: string): Promise<boolean> {
    if (this.#isKeptOut(key)) return false;
    return typeof (await this.#engine.lookUps.one(key, false, this.#wanted())) !== 'string';
  }

  /** A value that was looked for in vain, and is not loaded. */
  countMiss(key: string, reason: MissReason): void {
    this.#counters.misses++;
    this.#engine.parts.report('miss', () => ({ key, reason }));
  }

  /** What is cached, or why nothing can be served. */
  async lookUp(key: string, fresh: boolean): Promise<Outcome | MissReason> {
    const answer = this.#isKeptOut(key)
      ? 'absent'
      : await this.#engine.lookUps.one(key, fresh, this.#wanted());
    if (typeof answer === 'string') this.countMiss(key, answer);
    else this.count(key, answer);
    return answer;
  }

  #requestOf({ key, loader, policy, mode }: Reading): ReadRequest {
    return { key, loader, policy, tagPrefix: this.#prefix, ...mode };
  }

  /** Whether what a remote has under a key does not count: another process may have another configuration. */
  #isKeptOut(key: string): boolean {
    return this.#never.has(key.slice(this.#prefix.length));
  }

  /** What is written behind is in no memory, and was checked by no schema. */
  #peekPending(key: string, schema: StandardSchema | undefined): unknown {
    const pending = this.#engine.pendingWrites?.usable(key);
    if (pending === undefined || schema !== undefined) return undefined;
    this.count(key, pending);
    return reveal(pending.sealed);
  }

  #isNever(key: string): boolean {
    return this.#never.covers(key.slice(this.#prefix.length));
  }

  #start(how: 'read' | 'refresh', reading: Reading): Promise<Outcome> {
    const request = this.#requestOf(reading);
    if (this.#isNever(reading.key)) return this.#loadAlone(request);
    return this.#engine.reader[how](request);
  }

  /** For this caller alone, and not kept. */
  async #loadAlone(request: ReadRequest): Promise<Outcome> {
    const { gate, clock, report } = this.#engine.parts;
    const { key, signal = new AbortController().signal } = request;
    report('refused', () => ({ key, reason: 'never' }));
    const load = { ...request, signal, onStart: () => {} };
    const { value } = await runLoad(load, gate, clock);
    return { sealed: value, level: 'load', stale: false };
  }

  async #answer<T>(
    key: string,
    answer: Promise<Outcome>,
    give: (outcome: Outcome) => T,
  ): Promise<T> {
    try {
      const outcome = await answer;
      this.count(key, outcome);
      return give(outcome);
    } catch (error) {
      this.#counters.misses++;
      this.#counters.loadFailures++;
      throw error;
    }
  }

  /** One answer, from wherever it came. */
  count(key: string, { level, stale }: Outcome): void {
    if (stale) this.#counters.staleHits++;
    if (level === 'load') {
      this.#counters.misses++;
      this.#counters.loads++;
      return;
    }
    if (level === 'memory') this.#counters.memoryHits++;
    else this.#counters.remoteHits++;
    if (this.#heard.hit) this.#emitter.emit('hit', { key, level, stale });
  }
}

function valueOf({ sealed }: Outcome): unknown {
  return reveal(sealed);
}

/** A promise of a value that all readers share is kept with it: the next hit makes none. */
function leavePromise(memory: EngineParts['memory'], slot: number): Promise<unknown> {
  const sealed = memory.value(slot);
  const promise = Promise.resolve(reveal(sealed));
  if (isShared(sealed)) memory.setPromise(slot, promise);
  return promise;
}
