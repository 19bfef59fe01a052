import { covers } from '../simulation/coverage.ts';
import {
  emptyHistory,
  type History,
  type Invalidation,
  type Load,
  type Mutation,
  type Read,
  type Silence,
} from '../simulation/history.ts';
import { check, type Violation } from '../simulation/history-checker.ts';
import { boundMs } from './bound.ts';
import type { Entry } from './file-observer.ts';
import { HistoryReader } from './history-file.ts';

/** A promise that was broken, with all that is known of the key. */
export interface Finding {
  readonly violation: Violation;
  readonly history: History;
}

/** When a process was stopped. */
interface Stop {
  readonly process: string;
  readonly fromMs: number;
  untilMs: number;
}

/** For so long something may be of interest to a later read: values live for 30 s at most. */
const interestMs = 90_000;

/** What all processes wrote down, put together and judged piece by piece, as it comes in. */
export class Chronicle {
  readonly #files = new Map<string, HistoryReader>();
  readonly #loads = new Map<number, Load>();
  readonly #invalidations = new Map<string, Invalidation>();
  readonly #mutations = new Map<string, Mutation>();
  readonly #silences = new Map<string, Silence>();
  readonly #stops: Stop[] = [];
  #reads: Read[] = [];
  #faults: string[] = [];
  #counts = { reads: 0, loads: 0, invalidations: 0, mutations: 0, pending: 0, failed: 0 };
  #longestMs = 0;
  readonly #told = new Set<string>();

  /** A process writes to a file from now on. */
  follow(process: string, file: string): void {
    this.#files.set(process, new HistoryReader(file));
  }

  /** A process is stopped; returns what to call when it goes on. */
  stopped(process: string, nowMs: number): (nowMs: number) => void {
    const stop: Stop = { process, fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY };
    this.#stops.push(stop);
    return (untilMs) => {
      stop.untilMs = untilMs;
    };
  }

  /** A process is gone: what it had not finished will never be. */
  ended(process: string): void {
    this.#takeLines(process);
    this.#files.delete(process);
    for (const load of this.#loads.values()) {
      if (load.process === process && load.result === 'running') load.result = 'abandoned';
    }
    for (const each of this.#invalidations.values()) {
      if (each.process !== process) continue;
      if (each.status === 'calling' || each.status === 'pending') each.status = 'lost';
    }
  }

  /**
   * Judges the reads that were over at `nowMs`, and that were not judged before; at the `end` all. Only then what was
   * asked a moment ago must be answered.
   */
  judge(nowMs: number, { end = false }: { readonly end?: boolean } = {}): Finding[] {
    for (const process of this.#files.keys()) this.#takeLines(process);
    // What a later read got may have been written down after we looked.
    const isOver = (read: Read): boolean => end || (read.end !== undefined && read.end.ms < nowMs);
    const reads = Map.groupBy(this.#reads.filter(isOver), ({ key }) => key);
    const findings = [...reads].flatMap(([key, all]) => findingsIn(this.#historyOf(key, all)));
    findings.push(...this.#faults.map((text) => faultFinding(text)));
    this.#reads = this.#reads.filter((read) => !isOver(read));
    this.#faults = [];
    this.#forget(nowMs - interestMs);
    return findings.filter(({ violation: { rule, text, at } }) => {
      if (rule === 'answer in time' && !end && nowMs - at.ms < boundMs) return false;
      const isKnown = this.#told.has(text);
      this.#told.add(text);
      return !isKnown;
    });
  }

  /** What happened in all, in numbers; the longest time a read took in a process that ran, in milliseconds. */
  get summary(): Readonly<Record<string, number>> {
    return { ...this.#counts, longestMs: Math.round(this.#longestMs) };
  }

  #takeLines(process: string): void {
    for (const line of this.#files.get(process)?.lines() ?? []) {
      this.#take(process, JSON.parse(line) as Entry);
    }
  }

  #take(process: string, entry: Entry): void {
    const id = `${process} ${entry.id}`;
    if ('fault' in entry) this.#faults.push(`${process}: ${entry.fault}`);
    else if ('load' in entry) this.#loads.set(entry.load.id, entry.load);
    else if ('read' in entry) this.#takeRead(entry.read);
    else if ('mutation' in entry) this.#mutations.set(id, entry.mutation);
    else if ('silence' in entry) this.#silences.set(id, entry.silence);
    else this.#invalidations.set(id, entry.invalidation);
    this.#count(entry);
  }

  #count(entry: Entry): void {
    if ('load' in entry && entry.load.result !== 'running') this.#counts.loads++;
    if ('mutation' in entry) this.#counts.mutations++;
    if (!('invalidation' in entry) || entry.invalidation.status === 'calling') return;
    if (entry.invalidation.status !== 'placed') this.#counts.invalidations++;
    if (entry.invalidation.status === 'pending') this.#counts.pending++;
  }

  #takeRead(read: Read): void {
    const { start, end, process } = read;
    this.#reads.push(read);
    this.#counts.reads++;
    if (read.outcome === 'error') this.#counts.failed++;
    const wasStopped = this.#stops.some(
      (stop) =>
        stop.process === process && stop.fromMs <= (end?.ms ?? 0) && start.ms <= stop.untilMs,
    );
    if (end !== undefined && !wasStopped) {
      this.#longestMs = Math.max(this.#longestMs, end.ms - start.ms);
    }
  }

  /** All that matters for reads of one key, its loads numbered anew. */
  #historyOf(key: string, given: readonly Read[]): History {
    const reads = given.map((read) => ({ ...read }));
    const wanted = new Set(reads.flatMap(({ load }) => load ?? []));
    const loads = [...this.#loads.values()].filter(
      (load) => load.key === key || wanted.has(load.id),
    );
    const numbers = new Map(loads.map(({ id }, index) => [id, index]));
    const faults: string[] = [];
    for (const read of reads) {
      // No errors are remembered here, and which ones the store told of nobody wrote down.
      delete read.failedLoad;
      if (read.load === undefined) continue;
      const load = numbers.get(read.load);
      if (load === undefined) faults.push(`${read.process} got ${key} from a load nobody ran`);
      Object.assign(read, { load });
    }
    const tags = [...new Set(loads.flatMap((load) => load.tags))];
    const invalidations = [...this.#invalidations.values()]
      .filter((each) => covers(each.covers, { key, tags }))
      .map((each) => renumbered(each, numbers));
    return {
      ...emptyHistory(),
      reads,
      loads: loads.map((load, id) => ({ ...load, id })),
      invalidations,
      mutations: [...this.#mutations.values()],
      silences: [...this.#silences.values()],
      faults,
    };
  }

  #forget(beforeMs: number): void {
    for (const [id, { start, status }] of this.#invalidations) {
      if (start.ms < beforeMs && status !== 'calling' && status !== 'pending') {
        this.#invalidations.delete(id);
      }
    }
    for (const [id, { start }] of this.#loads) if (start.ms < beforeMs) this.#loads.delete(id);
    for (const [id, { start }] of this.#mutations) {
      if (start.ms < beforeMs) this.#mutations.delete(id);
    }
  }
}

/** An invalidation whose excepted load, if there is one, has the number that it has here. */
function renumbered(each: Invalidation, numbers: ReadonlyMap<number, number>): Invalidation {
  return each.except === undefined ? each : { ...each, except: numbers.get(each.except) ?? -1 };
}

function findingsIn(history: History): Finding[] {
  return check(history).map((violation) => ({ violation, history }));
}

function faultFinding(text: string): Finding {
  const at = { ms: Number.POSITIVE_INFINITY, tick: Number.POSITIVE_INFINITY };
  return { violation: { rule: 'fault', text, at }, history: emptyHistory() };
}
