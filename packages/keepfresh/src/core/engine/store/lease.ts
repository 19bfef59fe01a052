import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { StoredRecord, Token } from '../../ports/record.ts';
import type { LeaseReply } from '../../ports/store.ts';
import { Budget } from '../time/budget.ts';
import type { FarStore } from './far-store.ts';
import { loadFailed } from '../loads/load-failure.ts';
import type { WakeBoard } from './wake-board.ts';

export interface LeaseOptions {
  readonly far: FarStore;
  readonly wakes: WakeBoard;
  readonly clock: Clock;
  readonly random: Random;
  readonly leaseMs: number;
  /** Longest wait for another process's load, in milliseconds. */
  readonly waitMs: number;
  readonly budgetMs: number;
}

export interface LeaseQuest {
  readonly key: string;
  /** Token of the value that was read and cannot be used. */
  readonly seen: Token | undefined;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  /** Whether a value that somebody else stored meanwhile may be used. */
  readonly isUsable: (record: StoredRecord) => Promise<boolean>;
}

/**
 * What came of asking for the right to fill a key. Without a token the load may run, and its value is not
 * stored in the shared store: whatever made it unclear who may fill makes it unclear whether it is current.
 */
export type LeaseResult =
  | { readonly kind: 'granted'; readonly token: Token }
  | { readonly kind: 'value'; readonly record: StoredRecord }
  | { readonly kind: 'none' };

/** Most values found unusable before the load runs without a lease. */
const maxUnusable = 3;
const shortestPollMs = 25;
const longestPollMs = 200;

/**
 * Asks for the lease, and while somebody else has it waits: for the wake-up message, and, because messages
 * get lost, by asking again at jittered intervals. Rejects with the error of the load it waited for.
 */
export async function obtainLease(quest: LeaseQuest, options: LeaseOptions): Promise<LeaseResult> {
  const waitEnd = options.clock.monotonic() + options.waitMs;
  let { seen, budget } = quest;
  let awaited: Token | undefined;
  for (let unusable = 0, poll = shortestPollMs; ;) {
    const token = options.random.hex(16);
    const request = { token, leaseMs: options.leaseMs, seen, awaited, wait: true };
    const reply = await ask(quest, request, budget, options);
    if (reply === undefined) return { kind: 'none' };
    if (reply.outcome === 'granted') return { kind: 'granted', token };
    if (reply.outcome === 'failed') throw loadFailed(reply.failure);
    if (reply.outcome === 'value') {
      if (await quest.isUsable(reply.record)) return { kind: 'value', record: reply.record };
      if (++unusable > maxUnusable) return { kind: 'none' };
      seen = reply.record.token;
      continue;
    }
    awaited = reply.holder;
    const left = waitEnd - options.clock.monotonic();
    if (left <= 0) return { kind: 'none' };
    const jitter = 0.5 + options.random.fraction();
    await options.wakes.wait(quest.key, Math.min(left, poll * jitter), quest.signal);
    poll = Math.min(longestPollMs, poll * 2);
    budget = new Budget(options.clock, options.budgetMs);
  }
}

async function ask(
  quest: LeaseQuest,
  request: Parameters<FarStore['acquire']>[1],
  budget: Budget,
  options: LeaseOptions,
): Promise<LeaseReply | undefined> {
  try {
    return await options.far.acquire(quest.key, request, budget);
  } catch {
    return undefined;
  }
}
