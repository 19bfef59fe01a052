import { expect, test } from 'vitest';
import type { Measurement, Run } from './measurement.ts';
import { report } from './report.ts';

/** Ten requests for two products: three statements a page without a cache, one load each with it. One waits. */
function run(statements: number, kept: number, milliseconds: number, lastChecksum: number): Run {
  return {
    answers: {
      latencies: Float64Array.from({ length: 10 }, (_, index) => milliseconds * (10 - index)),
      checksums: Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, lastChecksum),
      kept,
      shared: kept === 0 ? 0 : 1,
      seconds: 0.5,
    },
    statements,
    loads: statements / 3,
  };
}

const measurement: Measurement = {
  trace: {
    name: 'web12',
    recordedIn: 'December 2013',
    productIds: Uint32Array.of(1, 2, 1, 2, 1, 2, 1, 2, 1, 2),
    products: 2,
  },
  concurrency: 16,
  uncached: run(30, 0, 2, 10),
  cached: run(6, 7, 0.1, 11),
  serviceCalls: { uncachedMs: 0.45, cachedMs: 0.003, rounds: 20, calls: 2 },
};

test('tells what the cache saved, how fast it answers and that the answers are the same', () => {
  const table = report(measurement, 'On a machine.');
  expect(table.title).toBe(
    'web12: product pages of a shop in December 2013, 10 requests for 2 products.',
  );
  expect(table.note).toBe('On a machine.');
  expect(table.rows).toEqual([
    ['requests', '10', '10'],
    ['database queries', '30', '6'],
    ['database queries per page', '3.00', '0.60'],
    ['database queries saved', '–', '80.0 %'],
    ['page hit rate', '–', '80.0 %'],
    ['of these kept as whole responses', '–', '70.0 %'],
    ['of these sharing a load under way', '–', '10.0 %'],
    ['page hit rate if only first reads miss', '–', '80.0 %'],
    ['pages that differ from those without cache', '–', '1'],
    ['HTTP p50, 16 requests at a time', '10.0 ms', '500 µs'],
    ['HTTP p95', '20.0 ms', '1.00 ms'],
    ['HTTP p99', '20.0 ms', '1.00 ms'],
    ['HTTP requests per second', '20', '20'],
    ['service call, 1 at a time, cached on a hit', '450 µs', '3.00 µs'],
    ['speed-up of the service call', '–', '150 ×'],
  ]);
});
