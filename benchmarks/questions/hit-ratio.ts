import { peers, policies } from '../memories/index.ts';
import type { MemoryContender } from '../memories/memory.ts';
import { optimum } from '../memories/optimum.ts';
import { workloads } from '../workloads/index.ts';
import type { Requests, Workload } from '../workloads/workload.ts';
import type { MemoryQuestion, Unit } from './question.ts';

/** Entries that a memory may hold, in percent of the keys that are asked for. */
const sizes = [0.5, 1, 2, 5, 10, 20];
const sizesShown = [1, 5, 20];

export const question: MemoryQuestion = {
  title: 'How often the value is in memory',
  note: `Reads found in memory, in percent; what was not there is set. A memory may hold so many entries as the line says, in percent of the keys asked for. Nothing expires, and nothing is left to chance. ${workloads.map(({ name, about }) => `${name}: ${about}`).join('; ')}.`,
  memories: [optimum, ...policies, ...peers],
  columns: Object.fromEntries(
    workloads.flatMap((each) => sizesShown.map((size) => [nameOf(each, size), 'percent' as Unit])),
  ),
  plots: workloads.map((each) => ({
    name: `hit-ratio-${each.name}`,
    title: `${each.name}: ${each.about}`,
    points: sizes.map((size) => ({ label: `${size} %`, answer: nameOf(each, size) })),
  })),
  timeoutMs: 1_200_000,
  open: (memory) => ({
    round: () => Object.fromEntries(workloads.flatMap((each) => hitRatios(memory, each))),
  }),
};

function nameOf(workload: Workload, size: number): string {
  return `${workload.name}, ${size} %`;
}

function hitRatios(memory: MemoryContender, workload: Workload): (readonly [string, number])[] {
  const requests = workload.requests();
  const keys = Array.from({ length: requests.distinct + 1 }, (_, number) => `key:${number}`);
  return sizes.map((size) => {
    const maxEntries = Math.ceil((requests.distinct * size) / 100);
    return [nameOf(workload, size), hitRatio(memory, requests, keys, maxEntries)] as const;
  });
}

function hitRatio(
  memory: MemoryContender,
  requests: Requests,
  keys: readonly string[],
  maxEntries: number,
): number {
  const opened = memory.open({ maxEntries, requests: requests.numbers });
  let hits = 0;
  for (const number of requests.numbers) {
    const key = keys[number]!;
    if (opened.get(key) !== undefined) hits++;
    else opened.set(key, number);
  }
  return (100 * hits) / requests.numbers.length;
}
