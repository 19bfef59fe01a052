import { banMutants } from './defences/bans.ts';
import { expiryMutants } from './defences/expiry.ts';
import { invalidationMutants } from './defences/invalidations.ts';
import { leaseMutants } from './defences/leases.ts';
import { loadMutants } from './defences/loads.ts';
import { logMutants } from './defences/log.ts';
import { refreshMutants } from './defences/refreshes.ts';
import { snapshotMutants } from './defences/snapshots.ts';
import { trustMutants } from './defences/trust.ts';
import { writeMutants } from './defences/writes.ts';
import type { Mutant } from './mutant.ts';

/** Each defence of the protocol, switched off in turn: the rows of the table in the documentation, in its order. */
export const mutants: readonly Mutant[] = [
  ...leaseMutants,
  ...loadMutants,
  ...logMutants,
  ...trustMutants,
  ...banMutants,
  ...invalidationMutants,
  ...writeMutants,
  ...expiryMutants,
  ...refreshMutants,
  ...snapshotMutants,
];
