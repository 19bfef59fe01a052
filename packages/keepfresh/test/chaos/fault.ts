import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { Fleet } from './fleet.ts';

/**
 * Two failures at once are more than is promised: a server that loses what it confirmed (`forgets`) while a process
 * cannot say what it knows (`mutes`). One that does both is done alone as well.
 */
export type Weight = 'light' | 'forgets' | 'mutes';

/** Something that is done to the system. */
export interface Fault {
  readonly name: string;
  readonly weight: Weight;
  /** Does it, and resolves when it is over; what is broken may still have to be repaired. */
  strike(struck: Struck): Promise<void>;
}

/** What a fault has at hand. */
export interface Struck {
  readonly fleet: Fleet;
  readonly random: SeededRandom;
  /** Notes how long something took, in milliseconds, under a name for the report. */
  timed(name: string, ms: number): void;
}

/** The servers of a run, and what can be done to them. */
export interface Deployment {
  /** Ports where clients begin. */
  readonly entrances: readonly number[];
  /** Ports of all servers. */
  readonly ports: readonly number[];
  /** What the Sentinels call the master. */
  readonly master: string;
  readonly faults: readonly Fault[];
  /** Resolves when everything runs again. */
  repair(): Promise<void>;
  stop(): Promise<void>;
}
