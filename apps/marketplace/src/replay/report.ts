import type { Measurement, Run } from './measurement.ts';
import { percentile } from './percentile.ts';
import { count, duration, percent } from './quantities.ts';
import type { Table } from './table.ts';

/** Stands where a figure has no meaning. */
const none = '–';

/** The table of everything measured with one trace. */
export function report(measurement: Measurement, setting: string): Table {
  const { trace } = measurement;
  const requests = `${count(trace.productIds.length)} requests for ${count(trace.products)} products`;
  return {
    title: `${trace.name}: product pages of a shop in ${trace.recordedIn}, ${requests}.`,
    note: setting,
    columns: ['', 'cache off', 'cache on'],
    rows: [
      ...databaseRows(measurement),
      ...hitRows(measurement),
      ...latencyRows(measurement),
      ...serviceCallRows(measurement),
    ],
  };
}

type Row = Table['rows'][number];

function databaseRows({ uncached, cached }: Measurement): Row[] {
  const [off, on] = [uncached.statements, cached.statements];
  return [
    ['requests', count(pages(uncached)), count(pages(cached))],
    ['database queries', count(off), count(on)],
    ['database queries per page', perPage(uncached), perPage(cached)],
    ['database queries saved', none, percent(1 - on / off)],
  ];
}

function hitRows({ trace, uncached, cached }: Measurement): Row[] {
  const requests = pages(cached);
  return [
    ['page hit rate', none, percent(1 - cached.loads / requests)],
    ['of these kept as whole responses', none, percent(cached.answers.kept / requests)],
    ['of these sharing a load under way', none, percent(cached.answers.shared / requests)],
    ['page hit rate if only first reads miss', none, percent(1 - trace.products / requests)],
    ['pages that differ from those without cache', none, count(differing(uncached, cached))],
  ];
}

function latencyRows({ concurrency, uncached, cached }: Measurement): Row[] {
  const ascending = [uncached, cached].map(({ answers }) => answers.latencies.toSorted());
  const figures = ([off, on]: readonly string[]): [string, string] => [off!, on!];
  const at = (share: number): [string, string] =>
    figures(ascending.map((latencies) => duration(percentile(latencies, share))));
  const perSecond = [uncached, cached].map((run) => count(pages(run) / run.answers.seconds));
  return [
    [
      `HTTP p50, ${concurrency} ${concurrency === 1 ? 'request' : 'requests'} at a time`,
      ...at(0.5),
    ],
    ['HTTP p95', ...at(0.95)],
    ['HTTP p99', ...at(0.99)],
    ['HTTP requests per second', ...figures(perSecond)],
  ];
}

function serviceCallRows({ serviceCalls }: Measurement): Row[] {
  const { uncachedMs, cachedMs } = serviceCalls;
  return [
    ['service call, 1 at a time, cached on a hit', duration(uncachedMs), duration(cachedMs)],
    ['speed-up of the service call', none, `${count(uncachedMs / cachedMs)} ×`],
  ];
}

function pages(run: Run): number {
  return run.answers.latencies.length;
}

function perPage(run: Run): string {
  return (run.statements / pages(run)).toFixed(2);
}

/** How many answers of two runs of one trace are not the same. */
function differing(one: Run, other: Run): number {
  return one.answers.checksums.filter((sum, index) => sum !== other.answers.checksums[index])
    .length;
}
