import { discards } from './store-cases/discards.ts';
import { expiries } from './store-cases/expiries.ts';
import { failures } from './store-cases/failures.ts';
import { confirmations } from './store-cases/confirmations.ts';
import { fills } from './store-cases/fills.ts';
import { foreignBytes } from './store-cases/foreign-bytes.ts';
import { leases } from './store-cases/leases.ts';
import { reads } from './store-cases/reads.ts';
import { wakes } from './store-cases/wakes.ts';
import { writes } from './store-cases/writes.ts';
import { checkStore, type ConnectStore } from './store-under-test.ts';

/** What a store cannot be asked; everything else every store must do. */
export interface StoreKitLimits {
  /** Whether bytes of others can come under its keys. @default true */
  readonly foreignBytes?: boolean;
  /** Whether it can wake those who wait; without, they poll. @default true */
  readonly wakes?: boolean;
}

/** One case: `it(name, () => run(connect))` with whatever runner. */
export interface StoreKitCase {
  readonly name: string;
  readonly run: (connect: ConnectStore) => Promise<void>;
}

/** The cases every store has to pass: what the port `Store` says, sentence by sentence. */
export function storeKit(limits: StoreKitLimits = {}): readonly StoreKitCase[] {
  const sentences = [
    ...reads,
    ...leases,
    ...fills,
    ...confirmations,
    ...failures,
    ...writes,
    ...discards,
    ...expiries,
  ];
  if (limits.wakes !== false) sentences.push(...wakes);
  if (limits.foreignBytes !== false) sentences.push(...foreignBytes);
  return sentences.map((sentence) => ({
    name: sentence.name,
    run: (connect) => checkStore(sentence, connect),
  }));
}
