/** A process with many caches whose connections are cut again and again. */
import { serveActor } from '../../../../test/adversarial/actor.ts';
import { type Cache, createCache } from '../../src/core/index.ts';
import { redis } from '../../src/redis/index.ts';
import { measure } from './measure.ts';
import { type Place, remoteAt } from './setting.ts';

const caches: Cache[] = [];
const unhandled: string[] = [];
let connects = 0;

function note(reason: unknown): void {
  unhandled.push(String((reason as Error)?.stack ?? reason));
}

process.on('unhandledRejection', note);
process.on('uncaughtException', note);
process.on('warning', note);

serveActor({
  async open(place: Place, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const cache = createCache({ name: `reconnects-${n}`, remote: redis(remoteAt(place)) });
      cache.on('remote.connected', () => connects++);
      caches.push(cache);
    }
    await Promise.all(caches.map((cache) => cache.ready({ within: '60s' })));
  },
  /** How often any of them was connected; each answers a reader meanwhile. */
  async connects(): Promise<number> {
    await Promise.all(caches.map((cache) => cache.getOrSet('k', () => 1)));
    return connects;
  },
  areUp: async (): Promise<boolean> => {
    const health = await Promise.all(caches.map((cache) => cache.health()));
    return health.every(({ status }) => status === 'up');
  },
  unhandled: () => unhandled,
  measure,
});
