import { setTimeout as pause } from 'node:timers/promises';
import type { Opened } from '../contenders/contender.ts';
import { contenderNamed, libraries } from '../contenders/index.ts';
import { Actor, serveActor } from '../../test/adversarial/actor.ts';
import type { Question } from './question.ts';

const processes = 4;
const callers = 250;
const loadMs = 200;

export const question: Question = {
  title: `Loads of one cold key`,
  note: `${processes} processes with ${callers} callers each ask for a key that nobody has, at once; the load takes ${loadMs} ms. How often does the source see it, in all processes together? Then the same with a load that fails; the time is that until the last caller has its error.`,
  contenders: libraries,
  columns: {
    'loads that succeed': 'count',
    'loads that fail': 'count',
    'until all have the value': 'ms',
    'until all have the error': 'ms',
  },
  timeoutMs: 120_000,
  async open({ contender, server }) {
    const actors = Array.from({ length: processes }, () => Actor.start(import.meta.filename));
    await Promise.all(actors.map((actor) => actor.call('open', [contender.name, server.url])));
    const storm = async (fails: boolean): Promise<{ loads: number; ms: number }> => {
      const started = performance.now();
      const loads = await Promise.all(actors.map((actor) => actor.call<number>('storm', [fails])));
      return { loads: loads.reduce((sum, each) => sum + each), ms: performance.now() - started };
    };
    return {
      async round() {
        const [succeeded, failed] = [await storm(false), await storm(true)];
        return {
          'loads that succeed': succeeded.loads,
          'loads that fail': failed.loads,
          'until all have the value': succeeded.ms,
          'until all have the error': failed.ms,
        };
      },
    };
  },
};

let cache: Opened;

const functions = {
  async open(contender: string, url: string): Promise<void> {
    cache = await contenderNamed(contender).open({ url, name: 'cold' });
  },
  /** How often this process loaded. */
  async storm(fails: boolean): Promise<number> {
    let loads = 0;
    const load = async (): Promise<string> => {
      loads++;
      await pause(loadMs);
      if (fails) throw new Error('the source is down');
      return 'value';
    };
    const read = (): Promise<string> => cache.read(`fails:${fails}`, load, []);
    await Promise.allSettled(Array.from({ length: callers }, read));
    return loads;
  },
};

if (import.meta.main) serveActor(functions);
