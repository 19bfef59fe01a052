import { setTimeout as pause } from 'node:timers/promises';
import { keepfresh } from '../contenders/keepfresh.ts';
import type { Opened } from '../contenders/contender.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const calls = 20_000;
const atOnce = 16;
const processes = 40;
const beatSeconds = 10;

const figures = {
  'an invalidation': 'µs',
  'its writes alone': 'µs',
  'an empty script': 'µs',
} as const;

export const question: Question = {
  title: 'What invalidations and heartbeats cost the server',
  note: `Microseconds of the server for one script, by \`INFO commandstats\` (\`EVALSHA\`, with all that the script calls): the mean of ${calls.toLocaleString('en-US')} invalidations of a tag each, one after the other on a server that has nothing else to do, and by ${atOnce} caches at once, which finds the processor's caches warm. The floors are a script that returns at once, and one that only does what no invalidation could do without: \`XADD\`, \`ZADD\`, \`HSET\` and \`PUBLISH\`. The beats are those of ${processes} processes in ${beatSeconds} s; a process beats four times in \`coherence.maxLag\` (1 s), so the last column is what a hundred of them cost.`,
  contenders: [keepfresh],
  columns: {
    ...figures,
    ...Object.fromEntries(
      Object.entries(figures).map(([name, unit]) => [`${name}, ${atOnce} at once`, unit]),
    ),
    'a beat': 'µs',
    'beats per second': 'count',
    'share of a core, 100 processes': 'text',
  },
  rounds: 3,
  timeoutMs: 120_000,
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
    const open = (name: string): Promise<Opened> => contender.open({ url: server.url, name });
    return {
      async round() {
        const caches = await Promise.all(
          Array.from({ length: atOnce }, (_, n) => open(`alone${n}`)),
        );
        const alone = await costs(admin, caches.slice(0, 1));
        const together = await costs(admin, caches);
        await Promise.all(caches.map((cache) => cache.close()));
        const all = await Promise.all(Array.from({ length: processes }, () => open('many')));
        const beat = await costOfScripts(admin, () => pause(beatSeconds * 1_000));
        await Promise.all(all.map((cache) => cache.close()));
        const share = (400 * beat.µs) / 1_000_000;
        return {
          ...alone,
          ...Object.fromEntries(
            Object.entries(together).map(([name, µs]) => [`${name}, ${atOnce} at once`, µs]),
          ),
          'a beat': beat.µs,
          'beats per second': beat.calls / beatSeconds,
          'share of a core, 100 processes': `${(share * 100).toFixed(2)} %`,
        };
      },
    };
  },
};

/** What an invalidation costs, and what its floors do, each sent as many at a time as there are caches. */
async function costs(
  admin: RawClient,
  caches: readonly Opened[],
): Promise<Record<keyof typeof figures, number>> {
  const empty = await admin.scriptLoad('return 1');
  const writes = await admin.scriptLoad(writesAlone);
  const send = (name: string, args: string[]) => admin.sendCommand(['EVALSHA', name, ...args]);
  const cost = async (one: (n: number, turn: number) => Promise<unknown>): Promise<number> =>
    (await costOfScripts(admin, () => repeat(one, caches.length))).µs;
  return {
    'an invalidation': await cost((n, turn) => caches[turn]!.invalidateTag!(`tag:${n % 1_000}`)),
    'its writes alone': await cost((n, turn) => send(writes, writesOf(n, turn))),
    'an empty script': await cost(() => send(empty, ['0'])),
  };
}

/** Runs it so many times, one after the other in each of the turns. */
async function repeat(
  one: (n: number, turn: number) => Promise<unknown>,
  turns: number,
): Promise<void> {
  const take = async (turn: number): Promise<void> => {
    for (let n = turn; n < calls; n += turns) await one(n, turn);
  };
  await Promise.all(Array.from({ length: turns }, (_, turn) => take(turn)));
}

const writesAlone = `redis.call('XADD', KEYS[1], ARGV[1], 'e', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[3], 'state', ARGV[4], 'm', ARGV[5])
redis.call('PUBLISH', ARGV[6], 'm')`;

/** Of the sizes that an invalidation writes. */
function writesOf(n: number, turn: number): string[] {
  const keys = ['log', 'tags', 'meta'].map((part) => `{floor${turn}}:${part}`);
  const position = String(Date.now() * 4_096 + n);
  const values = ['e'.repeat(70), `htag:${n % 1_000}`, 's'.repeat(120), 'm'.repeat(32)];
  return ['3', ...keys, position, ...values, `{floor${turn}}:news`];
}

/** How many scripts ran meanwhile, and how long the server took for one. */
async function costOfScripts(
  admin: RawClient,
  run: () => Promise<unknown>,
): Promise<{ calls: number; µs: number }> {
  await admin.sendCommand(['CONFIG', 'RESETSTAT']);
  await run();
  const info = await admin.info('commandstats');
  const [, calls, usec] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info) ?? [];
  return { calls: Number(calls), µs: Number(usec) / Number(calls) };
}
