import { setTimeout as pause } from 'node:timers/promises';
import type { Opened, Refreshing } from '../contenders/contender.ts';
import { libraries } from '../contenders/index.ts';
import type { Answers, Question } from './question.ts';

const callersPerSecond = 200;
const loadMs = 100;
const ttlMs = 1_000;
const seconds = 60;

const ways: readonly (readonly [string, Refreshing | undefined])[] = [
  ['served stale', 'stale'],
  ['refreshed early', 'early'],
  ['neither', undefined],
];

export const question: Question = {
  title: 'When a hot key ends, again and again',
  note: `${callersPerSecond} callers a second ask for one key whose entries are fresh for ${ttlMs / 1_000} s and whose load takes ${loadMs} ms, for ${seconds} s: with stale values served while they are refreshed; with entries refreshed before they end, and none served stale; and with neither. A caller has waited if it got the value of a load that was under way or not begun when it came; the callers of the first load are not counted. Loads are counted per time to live: 1 would be one every ${ttlMs / 1_000} s.`,
  contenders: libraries,
  columns: Object.fromEntries(
    ways.flatMap(([way]) => [
      [`${way}: callers that waited`, 'text'],
      [`${way}: loads per TTL`, 'decimal'],
    ]),
  ),
  timeoutMs: 240_000,
  async open({ contender, server }) {
    const offered = ways.filter(
      ([, refreshing]) => refreshing === undefined || contender.refreshes?.includes(refreshing),
    );
    const opened = await Promise.all(
      offered.map(async ([way, refreshing]) => {
        const name = refreshing ?? 'neither';
        return [way, await contender.open({ url: server.url, name, ttlMs, refreshing })] as const;
      }),
    );
    return {
      async round() {
        const answers = await Promise.all(opened.map(([way, cache]) => callOften(way, cache)));
        return Object.assign({}, ...answers) as Answers;
      },
    };
  },
};

/** Most callers do nothing but wait for the clock, so the ways are measured side by side. */
async function callOften(way: string, cache: Opened): Promise<Answers> {
  /** When each load ended. */
  const ends: number[] = [];
  let loads = 0;
  const load = async (): Promise<number> => {
    const number = loads++;
    await pause(loadMs);
    ends[number] = performance.now();
    return number;
  };
  let [callers, waited] = [0, 0];
  const call = async (): Promise<void> => {
    const startedAt = performance.now();
    const isFirst = ends[0] === undefined;
    const number = await cache.read('hot', load, []);
    if (isFirst) return;
    callers++;
    if (ends[number]! > startedAt) waited++;
  };
  const calls: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < callersPerSecond * seconds; n++) {
    const due = startedAt + (n * 1_000) / callersPerSecond;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    calls.push(call());
  }
  await Promise.all(calls);
  return {
    [`${way}: callers that waited`]: `${waited} of ${callers} (${((100 * waited) / callers).toFixed(2)} %)`,
    [`${way}: loads per TTL`]: loads / ((seconds * 1_000) / ttlMs),
  };
}
