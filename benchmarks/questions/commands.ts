import { setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { libraries } from '../contenders/index.ts';
import { nodeRedis } from '../contenders/node-redis.ts';
import { type CommandWatch, watchCommands } from '../measuring/watch-commands.ts';
import type { Question } from './question.ts';

/** Past the minute for which keepfresh's log keeps every single invalidation. */
const older = 65_000;
/** So many that what a contender sends now and then on its own rounds to nothing. */
const times = 100;
const tagsOf = (n: number): string[] => Array.from({ length: 8 }, (_, i) => `tag:${n}:${i}`);

export const question: Question = {
  title: 'Commands for each operation',
  note: `As \`MONITOR\` shows them on the server, over ${times} operations, one after the other: an operation's share, rounded to whole commands, so that heartbeats vanish. A hit is one in Redis, by a process that has nothing in memory; keepfresh's hits that begin together share one \`MGET\`. "Younger" is a process that started ${older / 1_000} s after the values were stored, and so was not told what was invalidated before. Each value has 8 tags of its own.`,
  contenders: [...libraries, nodeRedis],
  columns: {
    hit: 'text',
    miss: 'text',
    'hit, 8 tags': 'text',
    'hit, 8 tags, younger': 'text',
    'invalidate a tag': 'text',
  },
  timeoutMs: 120_000,
  async open({ contender, server }) {
    const open = (name: string): Promise<Opened> => contender.open({ url: server.url, name });
    return {
      async round() {
        const watch = await watchCommands(server.port);
        const [writer, reader] = [await open('plain'), await open('plain')];
        const miss = await each(watch, (n) => writer.read(`plain:${n}`, async () => n, []));
        await pause(100);
        const hit = await each(watch, (n) => found(reader, `plain:${n}`, []));
        return {
          hit,
          miss,
          ...(writer.invalidateTag && (await withTags(watch, () => open('tagged')))),
        };
      },
    };
  },
};

async function withTags(
  watch: CommandWatch,
  open: () => Promise<Opened>,
): Promise<Record<string, string>> {
  const [writer, reader] = [await open(), await open()];
  await eachOf((n) => writer.read(`tagged:${n}`, async () => n, tagsOf(n)));
  await pause(100);
  const hit = await each(watch, (n) => found(reader, `tagged:${n}`, tagsOf(n)));
  await pause(older);
  const late = await open();
  const younger = await each(watch, (n) => found(late, `tagged:${n}`, tagsOf(n)));
  await Promise.all([reader.close(), late.close()]);
  const invalidate = await each(watch, (n) => writer.invalidateTag!(tagsOf(n)[0]!));
  return { 'hit, 8 tags': hit, 'hit, 8 tags, younger': younger, 'invalidate a tag': invalidate };
}

async function found(cache: Opened, key: string, of: readonly string[]): Promise<void> {
  const refuse = (): Promise<never> => Promise.reject(new Error(`${key} was not in Redis`));
  await cache.read(key, refuse, of);
}

async function eachOf(run: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await run(n);
}

/** The commands of one operation: `1 GET + 2 EVALSHA`. */
async function each(watch: CommandWatch, run: (n: number) => Promise<unknown>): Promise<string> {
  const counts = await watch.during(() => eachOf(run));
  const shares = [...counts].map(([name, count]) => [Math.round(count / times), name] as const);
  return shares
    .filter(([share]) => share > 0)
    .map((share) => share.join(' '))
    .join(' + ');
}
