import { setImmediate as turn } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { contenderNamed, libraries } from '../contenders/index.ts';
import { keepfreshStrict } from '../contenders/keepfresh-strict.ts';
import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import { quantile } from '../measuring/quantile.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const trials = 300;
const cuts = 5;
const keysPerCut = 10;
const giveUpMs = 3_000;

export const question: Question = {
  title: 'How long another process serves the old value from its memory',
  note: `One process has a key in memory and reads it without pause, another changes the row and invalidates the key: for how long after that resolved do reads still begin that get the old value? ${trials} keys, one after the other. Then the same for ${keysPerCut} keys at once, at the moment at which all connections of the reading process were cut (\`CLIENT KILL\`), ${cuts} times. Nobody is watched for more than ${giveUpMs / 1_000} s: where it says so, only the TTL ends it.`,
  contenders: [libraries[0]!, keepfreshStrict, ...libraries.slice(1)],
  columns: { median: 'ms', p99: 'ms', longest: 'ms', 'longest after a cut': 'ms' },
  timeoutMs: 300_000,
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
    const [reader, writer] = [Actor.start(import.meta.filename), Actor.start(import.meta.filename)];
    await reader.call('open', [contender.name, server.url]);
    const before = await clientIds(admin);
    await writer.call('open', [contender.name, server.url]);
    const spared = (await clientIds(admin)).filter((id) => !before.includes(id));
    const lagOf = async (keys: readonly string[]): Promise<number[]> => {
      await reader.call('hold', [keys]);
      const watched = reader.call<number[]>('watch', [keys]);
      if (keys.length > 1) await cut(admin, spared);
      const resolved = await writer.call<number>('change', [keys]);
      return (await watched).map((last) => Math.max(0, last - resolved));
    };
    return {
      async round() {
        const lags: number[] = [];
        for (let n = 0; n < trials && !lags.some(isEndless); n++)
          lags.push(...(await lagOf([`k:${n}`])));
        const cutLags: number[] = [];
        for (let n = 0; n < cuts; n++) {
          cutLags.push(
            ...(await lagOf(Array.from({ length: keysPerCut }, (_, i) => `cut:${n}:${i}`))),
          );
        }
        return {
          median: show(quantile(lags, 0.5)),
          p99: show(quantile(lags, 0.99)),
          longest: show(Math.max(...lags)),
          'longest after a cut': show(Math.max(...cutLags)),
        };
      },
    };
  },
};

const isEndless = (lag: number): boolean => lag >= giveUpMs * 0.9;
const show = (lag: number): number | string => (isEndless(lag) ? `over ${giveUpMs} ms` : lag);

async function clientIds(admin: RawClient): Promise<number[]> {
  return (await admin.clientList()).map(({ id }) => id);
}

/** Ends every connection but the writer's and our own. */
async function cut(admin: RawClient, spared: readonly number[]): Promise<void> {
  const own = await admin.clientId();
  const victims = (await clientIds(admin)).filter((id) => id !== own && !spared.includes(id));
  await Promise.all(victims.map((id) => admin.sendCommand(['CLIENT', 'KILL', 'ID', String(id)])));
}

// From here on: the process that reads, or the one that invalidates.

let rows: RawClient;
let cache: Opened;

/** A clock that both processes share. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const read = (key: string): Promise<string> =>
  cache.read(key, async () => (await rows.get(`row:${key}`)) ?? 'old', []);

/** When the last read began that got the old value; 0 when none did. */
async function watch(key: string): Promise<number> {
  const giveUp = now() + giveUpMs;
  for (let last = 0; ; await turn()) {
    const began = now();
    const value = await read(key).catch(() => 'failed');
    if (value === 'new' || began > giveUp) return last;
    if (value === 'old') last = began;
  }
}

const functions = {
  async open(contender: string, url: string): Promise<void> {
    rows = await rawClient(url);
    cache = await contenderNamed(contender).open({ url, name: 'lag' });
  },
  hold: (keys: readonly string[]): Promise<string[]> => Promise.all(keys.map(read)),
  watch: (keys: readonly string[]): Promise<number[]> => Promise.all(keys.map(watch)),
  /** When the invalidations had resolved. */
  async change(keys: readonly string[]): Promise<number> {
    await Promise.all(keys.map((key) => rows.set(`row:${key}`, 'new')));
    await Promise.all(keys.map((key) => cache.invalidateKey(key)));
    return now();
  },
};

if (import.meta.main) serveActor(functions);
