import { CacheError } from '../errors.ts';
import type { Breaker } from '../policy/breaker.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoredRecord, Token } from '../ports/record.ts';
import type { LeaseReply, LeaseRequest, LoadFailure, Store } from '../ports/store.ts';
import { Budget } from './budget.ts';
import { Deadlines } from './deadlines.ts';

export interface FarStoreOptions {
  readonly clock: Clock;
  readonly breaker: Breaker;
  /** For commands that nobody waits for (fill, renew, release), in milliseconds. */
  readonly backgroundTimeoutMs: number;
  readonly onFailure: (operation: string, error: unknown) => void;
  readonly onCircuit: (open: boolean) => void;
}

/**
 * The shared store as reads and fills may use it: behind a circuit that opens when it fails or is slow, and
 * never without a deadline. Invalidations do not pass here: no circuit may stop them.
 */
export class FarStore {
  readonly #store: Store;
  readonly #options: FarStoreOptions;
  readonly #background = new Set<Promise<boolean>>();
  readonly #deadlines: Deadlines;

  constructor(store: Store, options: FarStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
  }

  get maxRecordBytes(): number {
    return this.#store.limits.maxRecordBytes;
  }

  /** Whether a command would be sent now. */
  get usable(): boolean {
    return this.#options.breaker.allows(this.#options.clock.monotonic());
  }

  onWake(listener: (key: string) => void): () => void {
    return this.#store.onWake(listener);
  }

  read(key: string, budget: Budget): Promise<StoredRecord | undefined> {
    return this.#guard('read', budget, () => this.#store.read(key));
  }

  /** A grant that comes after the deadline is given back: its load began, if at all, without it. */
  acquire(key: string, request: LeaseRequest, budget: Budget): Promise<LeaseReply> {
    let late = false;
    const send = (): Promise<LeaseReply> => {
      const reply = this.#store.acquire(key, request);
      reply.then(
        (answer) => {
          if (late && answer.outcome === 'granted') void this.release(key, request.token);
        },
        () => {},
      );
      return reply;
    };
    return this.#guard('acquire', budget, send).catch((error: unknown) => {
      late = true;
      throw error;
    });
  }

  put(key: string, record: StoredRecord, lifetimeMs: number, budget: Budget): Promise<boolean> {
    return this.#guard('put', budget, () => this.#store.put(key, record, lifetimeMs));
  }

  fill(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean> {
    return this.#inBackground('fill', () => this.#store.fill(key, record, lifetimeMs));
  }

  renew(key: string, token: Token, leaseMs: number): Promise<boolean> {
    return this.#inBackground('renew', () => this.#store.renew(key, token, leaseMs));
  }

  release(key: string, token: Token, failure?: LoadFailure): Promise<boolean> {
    return this.#inBackground('release', () => this.#store.release(key, token, failure));
  }

  /** Resolves when what nobody waits for has been answered, or has run out of time. */
  async settled(): Promise<void> {
    await Promise.all(this.#background);
  }

  #inBackground(operation: string, send: () => Promise<boolean>): Promise<boolean> {
    const command = this.#attempt(operation, send);
    this.#background.add(command);
    void command.finally(() => this.#background.delete(command));
    return command;
  }

  /** A command whose failure costs nothing but the lease or the copy it was about. */
  async #attempt(operation: string, send: () => Promise<boolean>): Promise<boolean> {
    const budget = new Budget(this.#options.clock, this.#options.backgroundTimeoutMs);
    try {
      return await this.#guard(operation, budget, send);
    } catch {
      return false;
    }
  }

  #guard<T>(operation: string, budget: Budget, send: () => Promise<T>): Promise<T> {
    const { breaker, clock } = this.#options;
    const startedAt = clock.monotonic();
    if (!breaker.enter(startedAt)) {
      const message = `${operation} was not sent: the circuit is open`;
      return Promise.reject(new CacheError('REMOTE_UNAVAILABLE', message));
    }
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#tell(() => breaker.failed(clock.monotonic()));
        this.#options.onFailure(operation, error);
        reject(error as Error);
      };
      const deadline = this.#deadlines.add(budget.end, () => fail(budget.timeout(operation)));
      const answered = (answer: T): void => {
        if (!this.#deadlines.remove(deadline)) return;
        const now = clock.monotonic();
        this.#tell(() => breaker.succeeded(now - startedAt, now));
        resolve(answer);
      };
      const failed = (error: unknown): void => {
        if (this.#deadlines.remove(deadline)) fail(error);
      };
      try {
        send().then(answered, failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** Reports when what the circuit learns opens or closes it. */
  #tell(learn: () => void): void {
    const { breaker, onCircuit } = this.#options;
    const before = breaker.state;
    learn();
    if (before !== 'open' && breaker.state === 'open') onCircuit(true);
    if (before !== 'closed' && breaker.state === 'closed') onCircuit(false);
  }
}
