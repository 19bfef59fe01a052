import { setTimeout as pause } from 'node:timers/promises';
import { keepfresh } from '../contenders/keepfresh.ts';
import type { Opened } from '../contenders/contender.ts';
import { median } from '../measuring/quantile.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import { recordScripts, sendAgain, type SentScript } from '../measuring/recorded-scripts.ts';
import type { Question } from './question.ts';

const parts = 9;
const each = 2_400;
const names = 16;
const tags = 1_000;
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

/** What an invalidation of a tag is held against. */
const floors = {
  'floor: its writes': `${xadd} ${hset} ${publish}`,
  'floor: one `XADD`': xadd,
  'floor: one `HSET`': hset,
  'floor: nothing, its arguments': '',
  'floor: nothing': '',
} as const;

const sent = [...Object.keys(ours), ...Object.keys(floors)];

export const question: Question = {
  title: 'What invalidations and heartbeats cost the server',
  note: `Microseconds of the server, by \`INFO commandstats\` (a script with all that it calls): medians of ${parts} means of ${each}. They are recorded from ${names} caches of ${names} names, each of which has ${tags} tags, and sent again to the logs as they were before: in a pipeline, which keeps the server at work, and one after the other, so that it sleeps in between and finds the processor's caches cold. A beat is what a read with \`{ fresh: true }\` sends. The floors are functions (\`FCALL\`) that take the keys and arguments of an invalidation of a tag and do less: the writes it cannot do without (\`XADD\`, \`HSET\` and \`PUBLISH\`), one of them, or nothing; and one without arguments. Last, the beats of ${processes} processes in ${seconds} s, and a script that does nothing as often. A process beats four times in \`coherence.maxLag\` (1 s).`,
  contenders: [keepfresh],
  columns: {
    ...Object.fromEntries(sent.map((name) => [name, 'µs'])),
    ...Object.fromEntries(sent.map((name) => [`one by one: ${name}`, 'µs'])),
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
        const recorded = await record(admin, open, server.url);
        const pipelined = await costs(admin, recorded, true);
        const oneByOne = await costs(admin, recorded, false);
        return {
          ...pipelined,
          ...Object.fromEntries(
            Object.entries(oneByOne).map(([name, µs]) => [`one by one: ${name}`, µs]),
          ),
          ...(await costsNowAndThen(admin, () => open('many'))),
        };
      },
    };
  },
};

/** Scripts, and the keys to begin with when they are sent again. */
interface Recorded {
  readonly scripts: readonly SentScript[];
  readonly saved: readonly string[];
}

/** What the caches send for each of `ours`. They are closed when it returns, so that nobody else writes there. */
async function record(
  admin: RawClient,
  open: (name: string) => Promise<Opened>,
  url: string,
): Promise<Record<string, Recorded>> {
  const caches = await Promise.all(Array.from({ length: names }, (_, n) => open(`alone${n}`)));
  for (let n = 0; n < names * tags; n += names) {
    await Promise.all(caches.map((cache) => cache.invalidateTag!(tagOf(n))));
  }
  const found: Record<string, Recorded> = {};
  for (const [name, send] of Object.entries(ours)) {
    const saved = await admin.keys('{alone*');
    await Promise.all(
      saved.map((key) => admin.copy(key, `saved:${name}:${key}`, { REPLACE: true })),
    );
    const scripts = await recordScripts(url, async () => {
      for (let n = 0; n < parts * each; n += names) {
        await Promise.all(caches.map((cache, index) => send(cache, n + index)));
      }
    });
    found[name] = { scripts, saved };
  }
  await Promise.all(caches.map((cache) => cache.close()));
  return found;
}

/** What each costs, when sent in a pipeline or one by one. */
async function costs(
  admin: RawClient,
  recorded: Readonly<Record<string, Recorded>>,
  pipelined: boolean,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, { scripts, saved }] of Object.entries(recorded)) {
    await Promise.all(
      saved.map((key) => admin.copy(`saved:${name}:${key}`, key, { REPLACE: true })),
    );
    found[name] = await medianCost(admin, 'evalsha', scripts, pipelined);
  }
  for (const [index, name] of Object.keys(floors).entries()) {
    const alike = name === 'floor: nothing' ? () => ['0'] : argumentsAlike;
    const calls = Array.from({ length: parts * each }, (_, n) =>
      ['FCALL', `floor${index}`, ...alike(n)].map((text) => Buffer.from(text)),
    );
    found[name] = await medianCost(admin, 'fcall', calls, pipelined);
  }
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

/** The median of what one costs in each of the parts. */
async function medianCost(
  admin: RawClient,
  command: 'evalsha' | 'fcall',
  scripts: readonly SentScript[],
  pipelined: boolean,
): Promise<number> {
  const length = Math.ceil(scripts.length / parts);
  const found: number[] = [];
  for (let part = 0; part < parts; part++) {
    const some = scripts.slice(part * length, (part + 1) * length);
    const stats = await statsOf(admin, () => sendAgain(admin, some, pipelined));
    found.push(stats[command].µs / each);
  }
  return median(found);
}

function library(): string {
  const functions = Object.values(floors).map(
    (body, index) =>
      `redis.register_function('floor${index}', function(KEYS, ARGV) ${body} return 1 end)`,
  );
  return ['#!lua name=floors', ...functions].join('\n');
}

const tagOf = (n: number): string => `tag:${Math.floor(n / names) % tags}`;

let position = Date.now() * 4_096;

/** Of the sizes that an invalidation sends: keys, head, position, entry, head, member and tag. */
function argumentsAlike(n: number): string[] {
  const keys = ['log', 'tags'].map((part) => `{floor${n % names}}:${part}`);
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
