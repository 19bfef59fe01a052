import { setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { contenderNamed, libraries } from '../contenders/index.ts';
import { keepfreshStrict } from '../contenders/keepfresh-strict.ts';
import { Actor, serveActor } from '../measuring/actor.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const trials = 1_000;
const trialsAtOnce = 50;
/** Longer than the second within which keepfresh promises that every process has heard. */
const drainMs = 1_300;

const kinds = ['key', 'tag', 'pattern'] as const;
const processCounts = [1, 2, 4] as const;
type Kind = (typeof kinds)[number];

const columns = processCounts.flatMap((count) =>
  kinds.map(
    (kind) => [`${kind}, ${count} ${count === 1 ? 'process' : 'processes'}`, kind, count] as const,
  ),
);

export const question: Question = {
  title: 'Old values after an invalidation',
  note: `${trials} trials a cell. A read loads a row and is held until the row was changed and its invalidation resolved. The first number counts trials in which a read that began after that, in any process, got the old value; the second those in which one got it ${drainMs / 1_000} s later. Processes are real ones: the first loads, the last invalidates, all read. By default keepfresh lets other processes lag by at most \`coherence.maxLag\` (1 s), so with several processes its first number need not be 0; with \`strict\` it must be. The second must always be.`,
  contenders: [libraries[0]!, keepfreshStrict, ...libraries.slice(1)],
  columns: Object.fromEntries(columns.map(([column]) => [column, 'text'])),
  timeoutMs: 600_000,
  async open({ contender, server }) {
    return {
      async round() {
        const answers: Record<string, string> = {};
        for (const [column, kind, count] of columns) {
          const counted = await countOld(contender.name, server.url, kind, count);
          if (counted !== undefined) answers[column] = `${counted.atOnce} / ${counted.later}`;
        }
        return answers;
      },
    };
  },
};

interface Counted {
  readonly atOnce: number;
  readonly later: number;
}

/** Undefined where the contender has no such invalidation. */
async function countOld(
  contender: string,
  url: string,
  kind: Kind,
  count: number,
): Promise<Counted | undefined> {
  const actors = Array.from({ length: count }, () => Actor.start(import.meta.filename));
  try {
    const name = `${kind}-${count}`;
    const offered = await toAll<boolean>(actors, 'open', [contender, url, name, kind]);
    if (offered.includes(false)) return undefined;
    let atOnce = 0;
    for (let first = 0; first < trials; first += trialsAtOnce) {
      atOnce += await tryBatch(
        actors,
        Array.from({ length: trialsAtOnce }, (_, n) => first + n),
      );
    }
    await pause(drainMs);
    const later = await toAll<number[]>(actors, 'readAll');
    return { atOnce, later: new Set(later.flat()).size };
  } finally {
    await Promise.all(actors.map((actor) => actor.end()));
  }
}

/** How many of these trials had a read that began after the invalidation and got the old value. */
async function tryBatch(actors: readonly Actor[], numbers: readonly number[]): Promise<number> {
  const [loader, invalidator] = [actors[0]!, actors.at(-1)!];
  await loader.call('beginLoads', [numbers]);
  await invalidator.call('change', [numbers]);
  await toAll(actors, 'beginReads', [numbers]);
  await loader.call('endLoads');
  const old = await toAll<number[]>(actors, 'endReads');
  return new Set(old.flat()).size;
}

function toAll<T>(
  actors: readonly Actor[],
  name: string,
  args: readonly unknown[] = [],
): Promise<T[]> {
  return Promise.all(actors.map((actor) => actor.call<T>(name, args)));
}

// From here on: one of the processes.

let rows: RawClient;
let cache: Opened;
let name: string;
let kind: Kind;
const reads: Promise<number | undefined>[] = [];
const loads: Promise<unknown>[] = [];
let gate = Promise.withResolvers<void>();

const keyOf = (trial: number): string => `${kind}:${trial}:x`;
const rowOf = (trial: number): string => `row:${name}:${trial}`;

/** The trial if its value is the old one. */
async function readTrial(trial: number): Promise<number | undefined> {
  const load = async (): Promise<string> => (await rows.get(rowOf(trial))) ?? 'old';
  const value = await cache.read(keyOf(trial), load, [`t:${trial}`]);
  return value === 'old' ? trial : undefined;
}

async function isOld(found: Promise<number | undefined>[]): Promise<number[]> {
  return (await Promise.all(found)).filter((trial) => trial !== undefined);
}

/** Starts a read whose load has the old row and keeps it until the gate opens; resolves when it has it. */
function beginLoad(trial: number): Promise<void> {
  const loaded = Promise.withResolvers<void>();
  const load = async (): Promise<string> => {
    const row = (await rows.get(rowOf(trial))) ?? 'old';
    if (row === 'old') loaded.resolve();
    else loaded.reject(new Error(`the row of trial ${trial} was not old`));
    await gate.promise;
    return row;
  };
  loads.push(cache.read(keyOf(trial), load, [`t:${trial}`]).catch(loaded.reject));
  return loaded.promise;
}

function invalidate(trial: number): Promise<unknown> {
  if (kind === 'key') return cache.invalidateKey(keyOf(trial));
  if (kind === 'tag') return cache.invalidateTag!(`t:${trial}`);
  return cache.invalidatePattern!(`pattern:${trial}:*`);
}

const functions = {
  async open(contender: string, url: string, as: string, asked: Kind): Promise<boolean> {
    [name, kind] = [as, asked];
    rows = await rawClient(url);
    cache = await contenderNamed(contender).open({ url, name });
    const { invalidateTag, invalidatePattern } = cache;
    return { key: true, tag: invalidateTag, pattern: invalidatePattern }[kind] !== undefined;
  },
  async beginLoads(numbers: readonly number[]): Promise<void> {
    gate = Promise.withResolvers();
    await Promise.all(numbers.map(beginLoad));
  },
  /** Changes each row and reads it again the moment its invalidation has resolved. */
  async change(numbers: readonly number[]): Promise<void> {
    const change = async (trial: number): Promise<void> => {
      await rows.set(rowOf(trial), 'new');
      await invalidate(trial);
      reads.push(readTrial(trial));
    };
    await Promise.all(numbers.map(change));
  },
  beginReads(numbers: readonly number[]): void {
    reads.push(...numbers.map(readTrial));
  },
  async endLoads(): Promise<void> {
    gate.resolve();
    await Promise.all(loads.splice(0));
  },
  endReads: (): Promise<number[]> => isOld(reads.splice(0)),
  readAll: (): Promise<number[]> =>
    isOld(Array.from({ length: trials }, (_, trial) => readTrial(trial))),
};

if (import.meta.main) serveActor(functions);
