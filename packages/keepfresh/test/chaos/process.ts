/**
 * One process of many that share a cache and are being broken: it reads, changes and invalidates all the time,
 * and writes down what comes of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { serveActor } from '../../../../test/adversarial/actor.ts';
import { type Cache, createCache } from '../../src/core/index.ts';
import { redis } from '../../src/redis/index.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { Actor } from '../simulation/actor.ts';
import { loadTimeoutMs, timeouts } from '../simulation/limits.ts';
import type { Action } from '../simulation/plan.ts';
import { Workload } from '../simulation/workload.ts';
import { boundMs } from './bound.ts';
import { drawReading, drawWriting, keys } from './draw-action.ts';
import { FileObserver } from './file-observer.ts';
import { HistoryWriter } from './history-file.ts';
import { measure } from './measure.ts';
import { type ChaosSetting, remoteAt } from './setting.ts';
import { SharedTime } from './shared-time.ts';

const readers = 4;
const readPauseMs = 20;
const writePauseMs = 400;

let actor: Actor;
let observer: FileObserver;
let workload: Workload;
let random: SeededRandom;
let loops: Promise<void>[] = [];
let isOver = false;

function cacheOf({ cache: name, place, maxLagMs }: ChaosSetting): Cache {
  return createCache({
    name,
    remote: redis(remoteAt(place)),
    memory: { maxEntries: 1_000, maxBytes: 1_000_000 },
    coherence: { maxLag: maxLagMs },
    timeouts,
    defaults: {
      ttl: '20s',
      staleWhileRevalidate: '5s',
      staleIfError: '10s',
      loadTimeout: loadTimeoutMs,
    },
  });
}

async function actAgain(draw: (random: SeededRandom) => Action, pauseMs: number): Promise<void> {
  while (!isOver) {
    await workload.perform(actor, draw(random));
    await sleep(random.below(pauseMs));
  }
}

/** The process fails by no rejection that nobody handles, and has no more listeners than it should. */
function watchProcess(): void {
  process.on('unhandledRejection', (reason) => {
    observer.fault(`a rejection was not handled: ${String((reason as Error)?.stack ?? reason)}`);
  });
  process.on('uncaughtException', (error) => observer.fault(`thrown: ${error.stack}`));
  process.on('warning', ({ name, message }) => {
    if (name === 'MaxListenersExceededWarning') observer.fault(message);
  });
}

serveActor({
  async open(setting: ChaosSetting): Promise<void> {
    const time = new SharedTime(setting.beginNs);
    const file = new HistoryWriter(setting.historyFile);
    observer = new FileObserver(time, { file, process: setting.number });
    watchProcess();
    random = new SeededRandom(`${setting.seed} ${setting.process}`);
    const kill = (): void => process.kill(process.pid, 'SIGKILL') as unknown as void;
    workload = new Workload(observer, kill, boundMs);
    const cache = cacheOf(setting);
    actor = {
      name: setting.process,
      cache,
      maxLagMs: setting.maxLagMs,
      alive: true,
      sleep: (ms) => sleep(ms),
      later: (ms, run) => void setTimeout(run, ms).unref(),
    };
    observer.watchTrust(cache, actor);
    // Its server may be broken as well.
    await cache.ready({ within: '30s' }).catch(() => {});
  },
  begin(): void {
    isOver = false;
    loops = Array.from({ length: readers }, () => actAgain(drawReading, readPauseMs));
    loops.push(actAgain(drawWriting, writePauseMs), placements());
  },
  /** Ends the workload; resolves when all that was asked is answered. */
  async end(): Promise<void> {
    isOver = true;
    await Promise.all(loops);
    observer.writeOpenReads();
  },
  /** Reads every key in every way. */
  async readAll(): Promise<void> {
    for (const key of keys) {
      workload.perform(actor, { kind: 'peek', key }).catch(() => {});
      await workload.perform(actor, { kind: 'get', key });
      await workload.perform(actor, { kind: 'getOrSet', key, loadMs: 0 });
    }
  },
  /** Ends this process in the middle of a mutation, after its commit. */
  dieInMutation(): void {
    const keys = ['a', 'b'];
    void workload.perform(actor, { kind: 'mutate', keys, takesMs: 20, dies: true });
  },
  isUp: async (): Promise<boolean> => (await actor.cache.health()).status === 'up',
  pending: (): number => actor.cache.stats().pendingInvalidations,
  close: () => actor.cache.close(),
  measure,
});

async function placements(): Promise<void> {
  while (!isOver) {
    await sleep(50);
    if (actor.cache.stats().pendingInvalidations === 0) observer.nothingPends();
  }
}
