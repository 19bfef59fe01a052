import { setTimeout as pause } from 'node:timers/promises';
import { keepfresh } from '../contenders/keepfresh.ts';
import type { Opened } from '../contenders/contender.ts';
import { median } from '../measuring/quantile.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const parts = 25;
const each = 240;
const atOnce = 16;
const processes = 40;
const seconds = 10;

/** What a cache sends, in the order of the table. */
const ours = {
  'an invalidation of a tag': (cache: Opened, n: number) => cache.invalidateTag!(tagOf(n)),
  'an invalidation of a key, its two scripts': (cache: Opened, n: number) =>
    cache.invalidateKey(`key:${n}`),
  'a beat': (cache: Opened) => cache.readFresh!('nothing'),
} as const;

const xadd = "redis.call('XADD', KEYS[1], ARGV[2], 'e', ARGV[3])";
const hset = "redis.call('HSET', KEYS[2], '=head', ARGV[4], ARGV[6], ARGV[2])";
const publish = "redis.call('PUBLISH', KEYS[1], ARGV[5])";

/** What is sent in turns with invalidations of tags, to hold them against. */
const floors = {
  'floor: its writes': `${xadd} ${hset} ${publish}`,
  'floor: one `XADD`': xadd,
  'floor: one `HSET`': hset,
  'floor: one `SET`': "redis.call('SET', KEYS[2] .. ':set', ARGV[4])",
  'floor: nothing, its arguments': '',
  'floor: nothing': '',
} as const;

const names = [...Object.keys(ours), ...Object.keys(floors)];

export const question: Question = {
  title: 'What invalidations and heartbeats cost the server',
  note: `Microseconds of the server, by \`INFO commandstats\` (a script with all that it calls): the median of ${parts} means of ${each} that are sent one after the other, when the server sleeps in between, and by ${atOnce} caches of ${atOnce} names at once, which finds the processor's caches warmer. A beat is what a read with \`{ fresh: true }\` sends. The floors are functions (\`FCALL\`) that take the keys and arguments of an invalidation of a tag and do less: the writes it cannot do without (\`XADD\`, \`HSET\` and \`PUBLISH\`), one of them, a \`SET\`, or nothing; and one without arguments. Each is sent in turns with invalidations, and so finds the server as those do. Last, the beats of ${processes} processes in ${seconds} s, and a script that does nothing as often. A process beats four times in \`coherence.maxLag\` (1 s).`,
  contenders: [keepfresh],
  columns: {
    ...Object.fromEntries(names.map((name) => [name, 'µs'])),
    ...Object.fromEntries(names.map((name) => [`${atOnce} at once: ${name}`, 'µs'])),
    'a beat now and then': 'µs',
    'floor: nothing now and then': 'µs',
    'beats per second': 'count',
    'share of a core, 100 processes': 'text',
  },
  rounds: 3,
  timeoutMs: 300_000,
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
    await admin.sendCommand(['FUNCTION', 'LOAD', library()]);
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

/** What each costs, sent as many at a time as there are caches. */
async function costs(
  admin: RawClient,
  caches: readonly Opened[],
  url: string,
): Promise<Record<string, number>> {
  const clients = await Promise.all(caches.map(() => rawClient(url)));
  const found: Record<string, number> = {};
  for (const [name, send] of Object.entries(ours)) {
    found[name] = await medianCost(admin, 'evalsha', caches.length, (n, turn) =>
      send(caches[turn]!, n),
    );
  }
  for (const [index, name] of Object.keys(floors).entries()) {
    const args = name === 'floor: nothing' ? () => ['0'] : argumentsAlike;
    found[name] = await medianCost(admin, 'fcall', caches.length, async (n, turn) => {
      await caches[turn]!.invalidateTag!(tagOf(n));
      await clients[turn]!.sendCommand(['FCALL', `floor${index}`, ...args(n, turn)]);
    });
  }
  for (const client of clients) client.destroy();
  return found;
}

/** What beats cost a server that sleeps in between, and an empty script as often. */
async function costsNowAndThen(
  admin: RawClient,
  open: () => Promise<Opened>,
): Promise<Record<string, number | string>> {
  const all = await Promise.all(Array.from({ length: processes }, open));
  const { evalsha: beats } = await statsOf(admin, () => pause(seconds * 1_000));
  await Promise.all(all.map((cache) => cache.close()));
  const empty = await admin.scriptLoad('return 1');
  const { evalsha: nothing } = await statsOf(admin, async () => {
    for (let n = 0; n < beats.calls; n++) {
      await admin.sendCommand(['EVALSHA', empty, '0']);
      await pause((seconds * 1_000) / beats.calls);
    }
  });
  const cost = beats.µs / beats.calls;
  return {
    'a beat now and then': cost,
    'floor: nothing now and then': nothing.µs / nothing.calls,
    'beats per second': beats.calls / seconds,
    'share of a core, 100 processes': `${((400 * cost) / 10_000).toFixed(2)} %`,
  };
}

/** The median of what it costs in each of the parts that it is sent in. */
async function medianCost(
  admin: RawClient,
  command: 'evalsha' | 'fcall',
  turns: number,
  send: (n: number, turn: number) => Promise<unknown>,
): Promise<number> {
  const found: number[] = [];
  for (let part = 0; part < parts; part++) {
    const stats = await statsOf(admin, () => repeat(turns, part * each, send));
    found.push(stats[command].µs / each);
  }
  return median(found);
}

/** Runs a part of the calls: as many at once as there are turns, and the next when all have their answers. */
async function repeat(
  turns: number,
  from: number,
  one: (n: number, turn: number) => Promise<unknown>,
): Promise<void> {
  for (let n = 0; n < each; n += turns) {
    await Promise.all(Array.from({ length: turns }, (_, turn) => one(from + n + turn, turn)));
  }
}

function library(): string {
  const functions = Object.values(floors).map(
    (body, index) =>
      `redis.register_function('floor${index}', function(KEYS, ARGV) ${body} return 1 end)`,
  );
  return ['#!lua name=floors', ...functions].join('\n');
}

const tagOf = (n: number): string => `tag:${n % 1_000}`;

let position = Date.now() * 4_096;

/** Of the sizes that an invalidation sends: keys, head, position, entry, head, member and tag. */
function argumentsAlike(n: number, turn: number): string[] {
  const keys = ['log', 'tags'].map((part) => `{floor${turn}}:${part}`);
  const heads = 'h'.repeat(64);
  const values = [heads, String(++position), 'e'.repeat(62), heads, 'm'.repeat(16)];
  return ['2', ...keys, ...values, `h${tagOf(n)}`];
}

interface Stats {
  readonly calls: number;
  readonly µs: number;
}

/** How many scripts and functions ran meanwhile, and how long the server took for all of them. */
async function statsOf(
  admin: RawClient,
  run: () => Promise<unknown>,
): Promise<{ evalsha: Stats; fcall: Stats }> {
  await admin.sendCommand(['CONFIG', 'RESETSTAT']);
  await run();
  const info = await admin.info('commandstats');
  const of = (command: string): Stats => {
    const [, count, usec] =
      new RegExp(`cmdstat_${command}:calls=(\\d+),usec=(\\d+)`).exec(info) ?? [];
    return { calls: Number(count ?? 0), µs: Number(usec ?? 0) };
  };
  return { evalsha: of('evalsha'), fcall: of('fcall') };
}
