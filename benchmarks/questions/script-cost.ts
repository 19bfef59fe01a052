import { setTimeout as pause } from 'node:timers/promises';
import { keepfresh } from '../contenders/keepfresh.ts';
import type { Opened } from '../contenders/contender.ts';
import { median } from '../measuring/quantile.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import {
  type Recording,
  recordScripts,
  sendAgain,
  type SentScript,
} from '../measuring/recorded-scripts.ts';
import type { Question } from './question.ts';

const parts = 18;
const each = 1_200;
const names = 16;
const tags = 1_000;
const processes = 40;
const seconds = 10;

type Send = (cache: Opened, n: number) => Promise<unknown>;

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
  note: `Microseconds of the server, by \`INFO commandstats\` (a script with all that it calls): medians of ${parts} means of ${each}. They are recorded from ${names} caches of ${names} names, each of which has ${tags} tags, and sent again to the logs as they were before: in a pipeline, which keeps the server at work, and one after the other, so that it sleeps in between and finds the processor's caches cold. A beat is what a read with \`{ fresh: true }\` sends. The floors are scripts that are given the keys and arguments of an invalidation of a tag and do less: the writes it cannot do without (\`XADD\`, \`HSET\` and \`PUBLISH\`), one of them, or nothing; and one without arguments. Last, the beats of ${processes} processes in ${seconds} s, and a script that does nothing as often. A process beats four times in \`coherence.maxLag\` (1 s).`,
  contenders: [keepfresh],
  columns: {
    ...Object.fromEntries(sent.map((name) => [name, 'µs'])),
    ...Object.fromEntries(sent.map((name) => [`one by one: ${name}`, 'µs'])),
    'a beat now and then': 'µs',
    'floor: nothing now and then': 'µs',
    'beats per second': 'count',
    'share of a core, 100 processes': 'text',
  },
  rounds: 5,
  timeoutMs: 300_000,
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
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

/** What the caches send for each of `ours`. They are closed when it returns, so that nobody else writes there. */
async function record(
  client: RawClient,
  open: (name: string) => Promise<Opened>,
  url: string,
): Promise<ReadonlyMap<string, Recording>> {
  const caches = await Promise.all(Array.from({ length: names }, (_, n) => open(`alone${n}`)));
  const everybody = async (count: number, send: Send): Promise<void> => {
    for (let n = 0; n < count; n += names) {
      await Promise.all(caches.map((cache, index) => send(cache, n + index)));
    }
  };
  await everybody(names * tags, ours['an invalidation of a tag']);
  const recordings = new Map<string, Recording>();
  for (const [name, send] of Object.entries<Send>(ours)) {
    const run = (): Promise<void> => everybody(parts * each, send);
    recordings.set(name, await recordScripts({ url, client, pattern: '{alone*' }, run));
  }
  await Promise.all(caches.map((cache) => cache.close()));
  return recordings;
}

/** What each costs, when sent in a pipeline or one by one. */
async function costs(
  admin: RawClient,
  recordings: ReadonlyMap<string, Recording>,
  pipelined: boolean,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, { scripts, restore }] of recordings) {
    await restore();
    found[name] = await medianCost(admin, scripts, pipelined);
  }
  const { scripts, restore } = recordings.get('an invalidation of a tag')!;
  for (const [name, text] of Object.entries(floors)) {
    const sha = Buffer.from(await admin.scriptLoad(`${text} return 1`));
    const given = (args: SentScript): SentScript =>
      name === 'floor: nothing' ? [Buffer.from('0')] : args;
    await restore();
    const less = scripts.map(([command, , ...args]) => [command!, sha, ...given(args)]);
    found[name] = await medianCost(admin, less, pipelined);
  }
  return found;
}

/** What beats cost a server that sleeps in between, and an empty script as often. */
async function costsNowAndThen(
  admin: RawClient,
  open: () => Promise<Opened>,
): Promise<Record<string, number | string>> {
  const all = await Promise.all(Array.from({ length: processes }, open));
  const beats = await statsOf(admin, () => pause(seconds * 1_000));
  await Promise.all(all.map((cache) => cache.close()));
  const empty = await admin.scriptLoad('return 1');
  const nothing = await statsOf(admin, async () => {
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
  scripts: readonly SentScript[],
  pipelined: boolean,
): Promise<number> {
  const length = scripts.length / parts;
  const found: number[] = [];
  for (let part = 0; part < parts; part++) {
    const some = scripts.slice(part * length, (part + 1) * length);
    const { µs } = await statsOf(admin, () => sendAgain(admin, some, pipelined));
    found.push(µs / each);
  }
  return median(found);
}

const tagOf = (n: number): string => `tag:${Math.floor(n / names) % tags}`;

interface Stats {
  readonly calls: number;
  readonly µs: number;
}

/** How many scripts ran meanwhile, and how long the server took for all of them. */
async function statsOf(admin: RawClient, run: () => Promise<unknown>): Promise<Stats> {
  await admin.sendCommand(['CONFIG', 'RESETSTAT']);
  await run();
  const info = await admin.info('commandstats');
  const [, calls = 0, µs = 0] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info) ?? [];
  return { calls: Number(calls), µs: Number(µs) };
}
