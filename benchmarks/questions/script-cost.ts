import { setTimeout as pause } from 'node:timers/promises';
import { keepfresh } from '../contenders/keepfresh.ts';
import type { Opened } from '../contenders/contender.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const calls = 20_000;
const atOnce = 16;
const processes = 40;
const seconds = 10;

/** In the order of the table: what is asked, and floors to hold it against. */
const figures = [
  'an invalidation of a tag',
  'of a key, both scripts',
  'a beat',
  'floor: the writes of the first',
  'floor: one `XADD`',
  'floor: one `ZADD`',
  'floor: one `SET`',
  'floor: nothing, its arguments',
  'floor: nothing',
] as const;

type Costs = Record<(typeof figures)[number], number>;

export const question: Question = {
  title: 'What invalidations and heartbeats cost the server',
  note: `Microseconds of the server for one script, by \`INFO commandstats\` (\`EVALSHA\`, with all that the script calls): the mean of ${calls.toLocaleString('en-US')}, one after the other on a server that has nothing else to do, and by ${atOnce} caches of ${atOnce} names at once, which finds the processor's caches warmer. An invalidation of a key is two scripts, one of the record and one of the log. A beat is what a read with \`{ fresh: true }\` sends. The floors are scripts that take the keys and arguments of an invalidation of a tag and do less: the writes it cannot do without (\`XADD\`, \`ZADD\`, \`HSET\` and \`PUBLISH\`), one of them, \`SET\`, or nothing; and one without arguments. "Now and then" are the beats of ${processes} processes in ${seconds} s, and an empty script as often: the server sleeps in between and has to wake up for each. A process beats four times in \`coherence.maxLag\` (1 s).`,
  contenders: [keepfresh],
  columns: {
    ...Object.fromEntries(figures.map((name) => [name, 'µs'])),
    ...Object.fromEntries(figures.map((name) => [`${atOnce} at once: ${name}`, 'µs'])),
    'a beat now and then': 'µs',
    'floor: nothing now and then': 'µs',
    'beats per second': 'count',
    'share of a core, 100 processes': 'text',
  },
  rounds: 5,
  timeoutMs: 120_000,
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
    const open = (name: string): Promise<Opened> => contender.open({ url: server.url, name });
    return {
      async round() {
        const caches = await Promise.all(
          Array.from({ length: atOnce }, (_, n) => open(`alone${n}`)),
        );
        const alone = await costs(admin, caches.slice(0, 1), server.url);
        const together = await costs(admin, caches, server.url);
        await Promise.all(caches.map((cache) => cache.close()));
        return {
          ...alone,
          ...Object.fromEntries(
            Object.entries(together).map(([name, µs]) => [`${atOnce} at once: ${name}`, µs]),
          ),
          ...(await costsNowAndThen(admin, () => open('many'))),
        };
      },
    };
  },
};

/** What invalidations, beats and the floors cost, each sent as many at a time as there are caches. */
async function costs(admin: RawClient, caches: readonly Opened[], url: string): Promise<Costs> {
  const turns = caches.length;
  const clients = await Promise.all(caches.map(() => rawClient(url)));
  const cost = async (one: (n: number, turn: number) => Promise<unknown>): Promise<number> =>
    (await costOfScripts(admin, () => repeat(one, turns))).µs / calls;
  const floor = async (text: string, argumentsOf = argumentsAlike): Promise<number> => {
    const name = await admin.scriptLoad(`#!lua flags=allow-oom\n${text}`);
    return cost((n, turn) =>
      clients[turn]!.sendCommand(['EVALSHA', name, ...argumentsOf(n, turn)]),
    );
  };
  const answers = {
    'an invalidation of a tag': await cost((n, turn) => caches[turn]!.invalidateTag!(tagOf(n))),
    'of a key, both scripts': await cost((n, turn) => caches[turn]!.invalidateKey(`key:${n}`)),
    'a beat': await cost((_n, turn) => caches[turn]!.readFresh!('nothing')),
    'floor: the writes of the first': await floor(Object.values(writes).join('\n')),
    'floor: one `XADD`': await floor(writes.xadd),
    'floor: one `ZADD`': await floor(writes.zadd),
    'floor: one `SET`': await floor("redis.call('SET', KEYS[2] .. ':floor', ARGV[4])"),
    'floor: nothing, its arguments': await floor('return 1'),
    'floor: nothing': await floor('return 1 ', () => ['0']),
  };
  for (const client of clients) client.destroy();
  return answers;
}

/** What beats cost a server that sleeps in between, and an empty script as often. */
async function costsNowAndThen(
  admin: RawClient,
  open: () => Promise<Opened>,
): Promise<Record<string, number | string>> {
  const all = await Promise.all(Array.from({ length: processes }, open));
  const beats = await costOfScripts(admin, () => pause(seconds * 1_000));
  await Promise.all(all.map((cache) => cache.close()));
  const empty = await admin.scriptLoad('return 1');
  const nothing = await costOfScripts(admin, async () => {
    for (let n = 0; n < beats.calls; n++) {
      await admin.sendCommand(['EVALSHA', empty, '0']);
      await pause((seconds * 1_000) / beats.calls);
    }
  });
  const each = beats.µs / beats.calls;
  return {
    'a beat now and then': each,
    'floor: nothing now and then': nothing.µs / nothing.calls,
    'beats per second': beats.calls / seconds,
    'share of a core, 100 processes': `${((400 * each) / 10_000).toFixed(2)} %`,
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

const writes = {
  xadd: "redis.call('XADD', KEYS[1], ARGV[2], 'e', ARGV[3])",
  hset: "redis.call('HSET', KEYS[2], 'head', ARGV[4])",
  zadd: "redis.call('ZADD', KEYS[3], ARGV[2], ARGV[6])",
  publish: "redis.call('PUBLISH', KEYS[1], ARGV[5])",
};

const tagOf = (n: number): string => `tag:${n % 1_000}`;

let position = Date.now() * 4_096;

/** Of the sizes that an invalidation sends: keys, head, position, entry, head, member and tag. */
function argumentsAlike(n: number, turn: number): string[] {
  const keys = ['log', 'meta', 'tags'].map((part) => `{floor${turn}}:${part}`);
  const values = [
    'h'.repeat(80),
    String(++position),
    'e'.repeat(62),
    'h'.repeat(80),
    'm'.repeat(16),
  ];
  return ['3', ...keys, ...values, `h${tagOf(n)}`];
}

/** How many scripts ran meanwhile, and how long the server took for all of them. */
async function costOfScripts(
  admin: RawClient,
  run: () => Promise<unknown>,
): Promise<{ calls: number; µs: number }> {
  await admin.sendCommand(['CONFIG', 'RESETSTAT']);
  await run();
  const info = await admin.info('commandstats');
  const [, count, usec] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info) ?? [];
  return { calls: Number(count), µs: Number(usec) };
}
