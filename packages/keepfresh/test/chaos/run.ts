/**
 * Breaks real servers, connections and processes as a program of its own, for as long as a test suite has no time for.
 *
 *     node run.ts --on cluster --clients node-redis,ioredis --minutes 10 --seed 7
 *
 * Fails when a promise was broken. `--only SIGSTOP,proxy` makes only faults whose names contain one of these.
 */
import { parseArgs } from 'node:util';
import { printReport } from './print-report.ts';
import { type ChaosOptions, runChaos } from './run-chaos.ts';
import type { ClientName, Topology } from './setting.ts';

const topologies: readonly Topology[] = ['standalone', 'sentinel', 'cluster'];
const clientNames: readonly ClientName[] = ['node-redis', 'ioredis'];

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'standalone,sentinel,cluster' },
    clients: { type: 'string', default: 'node-redis,ioredis' },
    processes: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const places = chosen('on', topologies);
const clients = chosen('clients', clientNames);
const count = positive('processes');
const forMs = (positive('minutes') * 60_000) / places.length;
let violations = 0;

for (const topology of places) {
  const { seed, only, verbose } = values;
  const options: ChaosOptions = {
    ...{ topology, seed, forMs },
    clients: Array.from({ length: count }, (_, index) => clients[index % clients.length]!),
    ...(only !== undefined && { only: only.split(',') }),
    onFinding: ({ violation }) => console.log(`${violation.rule}: ${violation.text}`),
    ...(verbose && { onFault: (name: string) => console.log(new Date().toISOString(), name) }),
  };
  console.log(`\n── ${topology}, ${count} processes (${clients.join(', ')}), seed ${seed}`);
  const report = await runChaos(options);
  violations += report.findings.length;
  console.log(printReport(report));
}
if (violations > 0) {
  console.log(`\n--seed ${values.seed} broke ${violations} promises.`);
  process.exitCode = 1;
}

function chosen<T extends string>(name: 'on' | 'clients', allowed: readonly T[]): T[] {
  const names = values[name].split(',');
  const wrong = names.find((each) => !(allowed as readonly string[]).includes(each));
  if (wrong === undefined) return names as T[];
  throw new Error(`--${name} takes ${allowed.join(', ')}, but was given ${wrong}`);
}

function positive(name: 'processes' | 'minutes'): number {
  const number = Number(values[name]);
  if (number > 0) return number;
  throw new Error(`--${name} must be a number above 0, but was ${values[name]}`);
}
