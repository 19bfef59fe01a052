import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import { callAll, countOldValues, type OldValues } from '../../test/adversarial/count-old.ts';
import {
  HeldLoads,
  keyOf,
  patternOf,
  servedBy,
  tagOf,
  type TriedCache,
} from '../../test/adversarial/held-loads.ts';
import type { Opened } from '../contenders/contender.ts';
import { contenderNamed, libraries } from '../contenders/index.ts';
import { keepfreshStrict } from '../contenders/keepfresh-strict.ts';
import { rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const trials = 1_000;
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
  note: `${trials} trials a cell. In a third of them a load holds the old row until the row was changed, its invalidation has resolved and new reads have begun; in a third it holds it until then, and the new reads begin after it; in the last third all caches hold the old value from the start. The first number counts trials in which a read that began after the invalidation had resolved, in any process, got the old value; the second those in which one got it ${drainMs / 1_000} s later, in any process or in one that has nothing in memory. Processes are real ones: the first loads, the last invalidates, all read. By default keepfresh lets other processes lag by at most \`coherence.maxLag\` (1 s), so with several processes its first number need not be 0; with \`strict\` it must be. The second must always be.`,
  contenders: [libraries[0]!, keepfreshStrict, ...libraries.slice(1)],
  columns: Object.fromEntries(columns.map(([column]) => [column, 'text'])),
  timeoutMs: 1_800_000,
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

/** Undefined where the contender has no such invalidation. */
async function countOld(
  contender: string,
  url: string,
  kind: Kind,
  count: number,
): Promise<OldValues | undefined> {
  const actors = Array.from({ length: count }, () => Actor.start(import.meta.filename));
  try {
    const offered = await callAll<boolean>(actors, 'open', [contender, url, kind, count]);
    return offered.includes(false) ? undefined : await countOldValues(actors, { trials, drainMs });
  } finally {
    await Promise.all(actors.map((actor) => actor.end()));
  }
}

// From here on: one of the processes.

let held: HeldLoads;

function invalidationOf(
  { invalidateKey, invalidateTag, invalidatePattern }: Opened,
  kind: Kind,
): TriedCache['invalidate'] | undefined {
  if (kind === 'key') return (trial) => invalidateKey(keyOf(trial));
  if (kind === 'tag') return invalidateTag && ((trial) => invalidateTag(tagOf(trial)));
  return invalidatePattern && ((trial) => invalidatePattern(patternOf(trial)));
}

const functions = {
  /** Whether the contender has this kind of invalidation. */
  async open(contender: string, url: string, kind: Kind, count: number): Promise<boolean> {
    const name = `${kind}-${count}`;
    const cache = await contenderNamed(contender).open({ url, name });
    const invalidate = invalidationOf(cache, kind);
    if (invalidate === undefined) return false;
    const other = await contenderNamed(contender).open({ url, name, without: 'memory' });
    const tried = { read: cache.read, readShared: other.read, invalidate };
    held = new HeldLoads(tried, await rawClient(url), `row:${name}`);
    return true;
  },
  ...servedBy(() => held),
};

if (import.meta.main) serveActor(functions);
