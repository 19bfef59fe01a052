import { join } from 'node:path';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actor } from '../../../test/adversarial/actor.ts';
import { callAll, countOldValues, type OldValues } from '../../../test/adversarial/count-old.ts';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import type { Kind, Trials } from './adversarial/process.ts';

const program = join(import.meta.dirname, 'adversarial', 'process.ts');
const trials = 200;
const maxLagMs = 400;

/** The worst order of events (see `HeldLoads`), in real processes, over a real Redis that sends no news. */
describe.each([1, 2, 4])('what %d processes invalidate while it is loaded', (count) => {
  let server: RedisServer;
  let admin: ReturnType<typeof createClient>;
  let processes: Actor[] = [];

  beforeAll(async () => {
    server = await startRedis();
    admin = createClient({ url: server.url });
    await admin.connect();
    processes = Array.from({ length: count }, () => Actor.start(program));
  });
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.end()));
    admin.destroy();
    await server.stop();
  });

  async function countOld(kind: Kind, strict: boolean): Promise<OldValues> {
    const options: Trials = { url: server.url, name: `${kind}-${strict}`, kind, strict, maxLagMs };
    await callAll(processes, 'open', [options]);
    // Without news of each other, processes hear of invalidations when they beat.
    const silence = (): Promise<unknown> => admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    const drainMs = maxLagMs + 100;
    return countOldValues(processes, { trials, drainMs, beforeChange: silence });
  }

  it.each<Kind>(['key', 'tag', 'pattern'])(
    `by %s: nobody has the old value ${maxLagMs} ms later`,
    async (kind) => {
      const { atOnce, later } = await countOld(kind, false);
      expect(later).toBe(0);
      // Alone there is nobody who has yet to hear of it.
      if (count === 1) expect(atOnce).toBe(0);
    },
  );

  it.each<Kind>(['key', 'tag', 'pattern'])(
    'by %s, strict: nobody is given the old value once it resolved',
    async (kind) => {
      expect(await countOld(kind, true)).toEqual({ atOnce: 0, later: 0 });
    },
  );
});
