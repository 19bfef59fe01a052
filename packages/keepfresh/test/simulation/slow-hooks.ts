import type { Plugin } from '../../src/core/hooks/plugin.ts';
import type { Random } from '../../src/core/ports/random.ts';

/**
 * Hooks around everything that take their time, and change nothing. A `set` begins when its hooks let it; the history
 * has it begin at its call, so they take their time afterwards.
 */
export function slowHooks(random: Random, sleep: (ms: number) => Promise<void>): Plugin {
  const around = async <T>(next: () => Promise<T>, mayWait = true): Promise<T> => {
    if (mayWait && random.fraction() < 0.3) await sleep(random.fraction() * 40);
    const answer = await next();
    if (random.fraction() < 0.1) await sleep(random.fraction() * 20);
    return answer;
  };
  return {
    name: 'slow hooks',
    read: (_, next) => around(next),
    load: (_, next) => around(next),
    write: ({ operation }, next) => around(next, operation === 'mutate'),
  };
}
