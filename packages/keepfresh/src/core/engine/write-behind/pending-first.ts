import type { MissReason } from '../../events.ts';
import { readBudget } from '../time/budget.ts';
import { checkCached } from '../reads/check-cached.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { ReadRequest, Wanted } from '../reads/read-request.ts';
import type { Judge } from '../judge.ts';
import type { Found } from '../reads/found.ts';
import type { LookUps } from '../reads/look-ups.ts';
import type { Outcome } from '../reads/outcome.ts';
import type { Reader } from '../reads/reader.ts';
import { reveal } from '../memory/sealed.ts';
import type { PendingWrites } from './pending-writes.ts';

/** The ways in which a cache reads. */
export interface Reads {
  readonly reader: Pick<Reader, 'flights' | 'read' | 'refresh' | 'close'>;
  readonly lookUps: Pick<LookUps, 'one' | 'many'>;
}

/**
 * Stands in front of the reads of a cache that writes behind: a read of a key with a write that its source does not
 * have yet is answered with that value. Whoever wants what the source has (a fresh read, a refresh, a read after an
 * invalidation that covers the value) waits for the write first.
 */
export class PendingFirst {
  readonly #parts: EngineParts;
  readonly #judge: Judge;
  readonly #writes: PendingWrites;
  readonly #inner: Reads;

  constructor(
    parts: EngineParts,
    options: Reads & { readonly judge: Judge; readonly writes: PendingWrites },
  ) {
    this.#parts = parts;
    this.#judge = options.judge;
    this.#writes = options.writes;
    this.#inner = options;
  }

  get flights(): number {
    return this.#inner.reader.flights;
  }

  close(reason: Error): void {
    this.#inner.reader.close(reason);
  }

  read(request: ReadRequest): Promise<Outcome> {
    if (!this.#writes.has(request.key)) return this.#inner.reader.read(request);
    return this.#readPending(request);
  }

  refresh(request: ReadRequest): Promise<Outcome> {
    if (!this.#writes.has(request.key)) return this.#inner.reader.refresh(request);
    return this.#refreshPending(request);
  }

  one(key: string, fresh: boolean, wanted: Wanted): Promise<Outcome | MissReason> {
    if (!this.#writes.has(key)) return this.#inner.lookUps.one(key, fresh, wanted);
    return this.#onePending(key, fresh, wanted);
  }

  many(keys: readonly string[], wanted: Wanted): Promise<readonly Found[]> {
    if (!keys.some((key) => this.#writes.has(key))) return this.#inner.lookUps.many(keys, wanted);
    return this.#manyPending(keys, wanted);
  }

  async #readPending(request: ReadRequest): Promise<Outcome> {
    const pending = await this.#pending(request);
    const fitting = pending && (await this.#fit(pending, request));
    if (fitting !== undefined) return fitting;
    await this.#writes.sent([request.key], request.signal);
    return this.#inner.reader.read(request);
  }

  async #refreshPending(request: ReadRequest): Promise<Outcome> {
    await this.#writes.sent([request.key], request.signal);
    return this.#inner.reader.refresh(request);
  }

  async #onePending(key: string, fresh: boolean, wanted: Wanted): Promise<Outcome | MissReason> {
    const pending = await this.#pending({ key, fresh });
    if (pending !== undefined) return pending;
    await this.#writes.sent([key]);
    return this.#inner.lookUps.one(key, fresh, wanted);
  }

  async #manyPending(keys: readonly string[], wanted: Wanted): Promise<readonly Found[]> {
    const pending = await Promise.all(keys.map((key) => this.#pending({ key, fresh: false })));
    const others = [...keys.keys()].filter((n) => pending[n] === undefined);
    const left = others.map((n) => keys[n]!);
    await this.#writes.sent(left);
    const found = (await this.#inner.lookUps.many(left, wanted)).values();
    return pending.map((outcome) => outcome ?? found.next().value!);
  }

  /** Without trust the log is asked before the value is given up, as for what is cached. */
  async #pending({ key, fresh }: Pick<ReadRequest, 'key' | 'fresh'>): Promise<Outcome | undefined> {
    if (fresh || !this.#writes.has(key)) return undefined;
    const usable = this.#writes.usable(key);
    if (usable !== undefined || this.#judge.isTrusted()) return usable;
    await this.#parts.view.confirm(readBudget(this.#parts));
    return this.#writes.usable(key);
  }

  /** For a read with a schema; undefined when the value does not fit. */
  async #fit(outcome: Outcome, { key, policy }: ReadRequest): Promise<Outcome | undefined> {
    const { check } = policy;
    if (check === undefined) return outcome;
    const { sealed, level } = outcome;
    const opened = await checkCached(this.#parts, { key, value: reveal(sealed), level, check });
    return opened && { ...outcome, sealed: opened.sealed, schema: check.schema };
  }
}
