import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actor } from '../../../test/adversarial/actor.ts';
import { callAll, countOldValues, type OldValues } from '../../../test/adversarial/count-old.ts';
import { RedisCluster } from '../../../test/servers/redis-cluster.ts';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import type { Kind, Place, Trials } from './adversarial/process.ts';

const program = join(import.meta.dirname, 'adversarial', 'process.ts');
const trials = 200;
const maxLagMs = 400;

interface Trial {
  readonly place: Place;
  readonly kind: Kind;
  readonly strict: boolean;
}

let server: RedisServer;
let runs = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** Runs trials in `processes`, over Redis servers that send no news. */
async function countOld(
  processes: readonly Actor[],
  nodes: readonly RedisServer[],
  { place, kind, strict }: Trial,
): Promise<OldValues> {
  const name = `${kind}-${strict}-${++runs}`;
  const options: Trials = { url: server.url, place, name, kind, strict, maxLagMs };
  await callAll(processes, 'open', [options]);
  // Without news of each other, processes hear of invalidations when they beat.
  const silence = (): Promise<unknown> =>
    Promise.all(nodes.map((node) => node.ask('CLIENT', 'KILL', 'TYPE', 'pubsub')));
  const drainMs = maxLagMs + 100;
  return countOldValues(processes, { trials, drainMs, beforeChange: silence });
}

/** The worst order of events (see `HeldLoads`), in real processes, over a real Redis. */
describe.each([1, 2, 4])('what %d processes invalidate while it is loaded', (count) => {
  let processes: Actor[] = [];
  const at = (): Place => ({ client: 'node-redis', urls: [server.url], isCluster: false });

  beforeAll(() => {
    processes = Array.from({ length: count }, () => Actor.start(program));
  });
  afterAll(() => Promise.all(processes.map((process) => process.end())));

  it.each<Kind>(['key', 'tag', 'pattern'])(
    `by %s: nobody has the old value ${maxLagMs} ms later`,
    async (kind) => {
      const trial = { place: at(), kind, strict: false };
      const { atOnce, later } = await countOld(processes, [server], trial);
      expect(later).toBe(0);
      // Alone there is nobody who has yet to hear of it.
      if (count === 1) expect(atOnce).toBe(0);
    },
  );

  it.each<Kind>(['key', 'tag', 'pattern'])(
    'by %s, strict: nobody is given the old value once it resolved',
    async (kind) => {
      const trial = { place: at(), kind, strict: true };
      expect(await countOld(processes, [server], trial)).toEqual({ atOnce: 0, later: 0 });
    },
  );
});

/** The same in two processes, over other clients and a cluster. */
describe('what is invalidated while it is loaded', () => {
  let processes: Actor[] = [];
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    processes = [Actor.start(program), Actor.start(program)];
  });
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.end()));
    await cluster.stop();
  });

  const places = [
    ['ioredis', { client: 'ioredis', isCluster: false }],
    ['node-redis on a cluster', { client: 'node-redis', isCluster: true }],
    ['ioredis on a cluster', { client: 'ioredis', isCluster: true }],
  ] as const;
  const ways = [
    ['key', false],
    ['tag', true],
    ['pattern', false],
  ] as const;

  it.each(places.flatMap(([name, place]) => ways.map((way) => [name, ...way, place] as const)))(
    'over %s, by %s (strict: %s)',
    async (_, kind, strict, { client, isCluster }) => {
      const nodes = isCluster ? cluster.nodes : [server];
      const place: Place = { client, isCluster, urls: nodes.map(({ url }) => url) };
      const { atOnce, later } = await countOld(processes, nodes, { place, kind, strict });
      expect(later).toBe(0);
      if (strict) expect(atOnce).toBe(0);
    },
  );
});
