import { describe, expect, it } from 'vitest';
import { chaosMutants } from './chaos/chaos-mutants.ts';
import { printFinding } from './chaos/print-report.ts';
import { type ChaosReport, runChaos } from './chaos/run-chaos.ts';
import type { Topology } from './chaos/setting.ts';
import { applyMutant } from './simulation/mutants/apply-mutant.ts';

/** Sockets of a process may differ by those that a client opens when it first needs them. */
const moreSockets = 6;
const moreHeapBytes = 40 * 2 ** 20;

function expectNoGrowth({ begin, end }: ChaosReport): void {
  for (const [index, before] of begin.entries()) {
    const after = end[index]!;
    expect(after.sockets).toBeLessThanOrEqual(before.sockets + moreSockets);
    expect(after.heapBytes).toBeLessThan(before.heapBytes + moreHeapBytes);
  }
}

/**
 * Real processes over real servers, all of them being broken; the same checker as that of the simulation. How
 * fast anything is does not matter here: `npm run chaos` tells, and runs for as long as one likes.
 */
describe('real processes keep every promise while their servers, connections and they themselves are broken', () => {
  it.each<[Topology, number]>([
    ['standalone', 9_000],
    ['sentinel', 8_000],
    ['cluster', 9_000],
  ])('%s', { timeout: 400_000 }, async (topology, forMs) => {
    const seed = `${Date.now()}`;
    const clients = ['node-redis', 'ioredis', 'node-redis'] as const;
    const report = await runChaos({ topology, clients, seed, forMs });
    expect(report.findings.map(printFinding), `seed ${seed}`).toEqual([]);
    expect(report.summary['reads']).toBeGreaterThan(100);
    expect(Object.keys(report.faults)).not.toEqual([]);
    expectNoGrowth(report);
  });
});

describe('a missing defence shows', () => {
  it.each(chaosMutants)('$name', { timeout: 400_000 }, async (mutant) => {
    using copy = applyMutant(mutant);
    const { findings } = await runChaos({
      topology: 'standalone',
      clients: ['node-redis', 'node-redis'],
      seed: `${Date.now()}`,
      forMs: 120_000,
      only: mutant.only,
      program: copy.process,
      stopWhenBroken: true,
    });
    expect(findings.length).toBeGreaterThan(0);
  });
});
