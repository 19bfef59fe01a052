import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyRecord } from '../core/policy/record-view.ts';
import { systemClock } from '../core/system-clock.ts';
import type { StoredRecord, Token } from '../core/ports/record.ts';
import type { LeaseRequest, Store } from '../core/ports/store.ts';

/** A store that a conformance case may use as it likes, and what the case needs besides. */
export interface StoreUnderTest {
  readonly store: Store;
  /** The clock by which records end, in milliseconds. @default the wall clock */
  readonly now?: () => number;
  /** Lets time pass for the store. @default real time passes */
  readonly pass?: (ms: number) => Promise<void>;
  /** Puts bytes under a key past the store; leave out what the limit `foreignBytes: false` declares. */
  readonly plant?: (key: string, bytes: Uint8Array) => Promise<void>;
  /** The bytes under a key past the store; undefined when there are none. */
  readonly dig?: (key: string) => Promise<Uint8Array | undefined>;
  readonly close?: () => Promise<void>;
}

/** Makes a store for one case. Cases use keys of their own, so they may share what is behind it. */
export type ConnectStore = () => StoreUnderTest | Promise<StoreUnderTest>;

/** What a case works with: the store, keys and tokens nobody else uses, and time. */
export interface StoreCase {
  readonly store: Store;
  readonly key: string;
  readonly now: () => number;
  readonly pass: (ms: number) => Promise<void>;
  readonly subject: StoreUnderTest;
}

/** One sentence about stores and what checks it. */
export interface StoreSentence {
  readonly name: string;
  readonly check: (given: StoreCase) => Promise<void>;
}

/** Runs one sentence over a store of its own. */
export async function checkStore(sentence: StoreSentence, connect: ConnectStore): Promise<void> {
  const subject = await connect();
  try {
    await sentence.check({
      subject,
      store: subject.store,
      key: `kit:${newToken()}`,
      now: subject.now ?? systemClock.now,
      pass: subject.pass ?? sleep,
    });
  } finally {
    await subject.close?.();
  }
}

export function newToken(): Token {
  return randomBytes(16).toString('hex');
}

/** A record that lives for a minute, with a token of its own. */
export function recordOf(now: number, fields: Partial<StoredRecord> = {}): StoredRecord {
  return {
    token: newToken(),
    codec: 1,
    epoch: '00000000000000e1',
    position: 4096,
    createdAt: now,
    freshUntil: now + 60_000,
    staleUntil: now + 60_000,
    expiresAt: now + 60_000,
    loadMs: 3,
    version: 0,
    tags: [],
    payload: Uint8Array.of(1, 2, 3),
    ...fields,
  };
}

/** The record with which the holder of a lease fills. */
export function fillOf(request: LeaseRequest, now: number): StoredRecord {
  return recordOf(now, { token: request.token });
}

/** A request for a lease of ten seconds by somebody who saw nothing and will not wait. */
export function requestOf(fields: Partial<LeaseRequest> = {}): LeaseRequest {
  return { token: newToken(), leaseMs: 10_000, wait: false, ...fields };
}

/** A record with its payload as a plain array, so that two of them can be compared. */
export function comparable(record: StoredRecord | undefined): unknown {
  return record && { ...copyRecord(record), payload: [...record.payload] };
}
