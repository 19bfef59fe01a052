import { printHistory } from '../simulation/print-history.ts';
import type { History, Instant } from '../simulation/history.ts';
import type { Finding } from './chronicle.ts';
import type { Measured } from './measure.ts';
import type { ChaosReport, Sample } from './run-chaos.ts';

/** What a person wants to know of a run: what was injected, what was broken, what was held at both ends. */
export function printReport(report: ChaosReport): string {
  const { summary, faults, refused, times, begin, end, findings } = report;
  const { reads, loads, invalidations, pending, mutations, failed, longestMs } = summary;
  const lines = [
    `${reads} reads (${failed} answered with an error), ${loads} loads, ${mutations} mutations`,
    `${invalidations} invalidations, of which ${pending} were pending first`,
    `longest wait of a reader in a process that ran: ${longestMs} ms`,
    '',
    'faults:',
    ...Object.entries(faults).map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`),
    ...refused.map((each) => `  refused: ${each}`),
    '',
    ...Object.entries(times).map(([name, all]) => `${name}: ${timesText(all)}`),
    '',
    'held, in MB: heap used and taken, outside of it (buffers), resident',
    ...report.samples.map(sampleText),
    '',
    ...begin.map((measured, index) => `process ${index + 1}: ${grown(measured, end[index])}`),
    '',
    `${findings.length} violations`,
  ];
  if (findings[0] !== undefined) lines.push('', printFinding(findings[0]));
  return lines.join('\n');
}

function timesText(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b).map(Math.round);
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms, longest ${sorted.at(-1)} ms (${all.length} times)`;
}

function sampleText({ atMs, held }: Sample): string {
  const texts = [...held].map(([name, each]) => {
    const taken = `${mb(each.heapBytes)}/${mb(each.heapTakenBytes)}`;
    return `${name} ${taken} ${mb(each.externalBytes)} (${mb(each.bufferBytes)}) ${mb(each.rssBytes)}`;
  });
  return `  ${(atMs / 60_000).toFixed(1).padStart(4)} min  ${texts.join('  ')}`;
}

function mb(bytes = 0): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function grown(begin: Measured, end: Measured | undefined): string {
  return [
    `heap ${mb(begin.heapBytes)} → ${mb(end?.heapBytes)} MB`,
    `rss ${mb(begin.rssBytes)} → ${mb(end?.rssBytes)} MB`,
    `sockets ${begin.sockets} → ${end?.sockets}`,
    `timers ${begin.timers} → ${end?.timers}`,
    `listeners ${begin.listeners} → ${end?.listeners}`,
  ].join(', ');
}

/** A broken promise with what happened to its key shortly before. */
export function printFinding({ violation, history }: Finding): string {
  const { rule, text, at } = violation;
  const from = Number.isFinite(at.ms) ? at.ms - contextMs : Number.POSITIVE_INFINITY;
  const isNear = (instant: Instant): boolean => instant.ms >= from && instant.tick <= at.tick;
  const near: History = {
    ...history,
    // Loads are named by their place.
    loads: history.loads,
    reads: history.reads.filter((read) => isNear(read.start)).slice(-60),
    invalidations: history.invalidations.filter(({ start }) => isNear(start)),
    mutations: history.mutations.filter(({ start }) => isNear(start)),
  };
  const table = printHistory(near, [violation]).split('\n');
  return `${rule}: ${text}\n\n${table.slice(0, 1).concat(table.slice(-150)).join('\n')}`;
}

const contextMs = 3_000;
