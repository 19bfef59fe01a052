import { setTimeout as pause } from 'node:timers/promises';
import { keepfresh } from '../contenders/keepfresh.ts';
import { type RawClient, rawClient } from '../measuring/raw-client.ts';
import type { Question } from './question.ts';

const appends = 20_000;
const processes = 40;
const beatSeconds = 10;

export const question: Question = {
  title: 'What invalidations and heartbeats cost the server',
  note: `Microseconds of the server for one script, by \`INFO commandstats\` (\`EVALSHA\`, with all that the script calls): the mean of ${appends.toLocaleString('en-US')} invalidations of a tag each, one after the other, by a process that is alone; and of the beats of ${processes} processes in ${beatSeconds} s. A process beats four times in \`coherence.maxLag\` (1 s), so the last column is what a hundred of them cost.`,
  contenders: [keepfresh],
  columns: {
    'an invalidation': 'µs',
    'a beat': 'µs',
    'beats per second': 'count',
    'share of a core, 100 processes': 'text',
  },
  rounds: 3,
  timeoutMs: 120_000,
  async open({ contender, server }) {
    const admin = await rawClient(server.url);
    return {
      async round() {
        const one = await contender.open({ url: server.url, name: 'alone' });
        const append = await costOfScripts(admin, async () => {
          for (let n = 0; n < appends; n++) await one.invalidateTag!(`tag:${n % 1_000}`);
        });
        await one.close();
        const opened = Array.from({ length: processes }, () =>
          contender.open({ url: server.url, name: 'many' }),
        );
        const all = await Promise.all(opened);
        const beat = await costOfScripts(admin, () => pause(beatSeconds * 1_000));
        await Promise.all(all.map((cache) => cache.close()));
        const share = (400 * beat.µs) / 1_000_000;
        return {
          'an invalidation': append.µs,
          'a beat': beat.µs,
          'beats per second': beat.calls / beatSeconds,
          'share of a core, 100 processes': `${(share * 100).toFixed(2)} %`,
        };
      },
    };
  },
};

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
