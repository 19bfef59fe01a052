import { CacheError } from '../../errors.ts';
import type { Breaker, CircuitLimits } from '../../policy/breaker.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { StoredRecord, Token } from '../../ports/record.ts';
import type { LeaseReply, LeaseRequest, LoadFailure, Store } from '../../ports/store.ts';
import { Budget } from '../time/budget.ts';
import { Deadlines } from '../time/deadlines.ts';
import { EndedLeases } from './ended-leases.ts';
import { OwedReleases } from './owed-releases.ts';

/** What the store said of a token: whether it still held the lease. Undefined when it said nothing in time. */
export type Answer = boolean | undefined;

/** A key that nobody uses: what is under it does not matter. */
const probeKey = '%';

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
  readonly #background = new Set<Promise<Answer>>();
  readonly #deadlines: Deadlines;
  readonly #owed: OwedReleases;
  readonly #ended: EndedLeases;
  #cancelProbe: Cancel | undefined;
  #closed = false;

  constructor(store: Store, options: FarStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
    this.#ended = new EndedLeases(options.clock);
    this.#owed = new OwedReleases({
      clock: options.clock,
      release: (key, token) => this.#releaseOwed(key, token),
    });
  }

  /** Whether a command would be sent now. */
  get usable(): boolean {
    return this.#options.breaker.state === 'closed';
  }

  /** Gives the circuit other limits. */
  configure(limits: CircuitLimits): void {
    this.#options.breaker.configure(limits);
  }

  /** Something else says that the store is back: if the circuit is open, it is asked at once. */
  probeSoon(): void {
    const { breaker, clock } = this.#options;
    if (breaker.state !== 'open') return;
    breaker.hurry(clock.monotonic());
    this.#probe();
  }

  onWake(listener: (key: string) => void): () => void {
    return this.#store.onWake(listener);
  }

  read(key: string, budget: Budget): Promise<StoredRecord | undefined> {
    return this.#guard('read', budget, () => this.#store.read(key));
  }

  /** Like `read` for each key, in order; one round trip per node. */
  readMany(
    keys: readonly string[],
    budget: Budget,
  ): Promise<readonly (StoredRecord | undefined)[]> {
    return this.#guard('readMany', budget, () => this.#store.readMany(keys));
  }

  /** A grant that comes after the deadline is given back: its load began, if at all, without it. */
  acquire(key: string, request: LeaseRequest, budget: Budget): Promise<LeaseReply> {
    let [sent, late] = [false, false];
    const send = (): Promise<LeaseReply> => {
      sent = true;
      const reply = this.#store.acquire(key, request);
      reply.then(
        (answer) => {
          if (late && answer.outcome === 'granted') void this.release(key, request.token);
        },
        // The request may still reach the server, after the release that was tried meanwhile.
        () => late && this.#owed.add(key, request.token),
      );
      return reply;
    };
    return this.#guard('acquire', budget, send).catch((error: unknown) => {
      late = true;
      if (sent) this.#owed.add(key, request.token);
      throw error;
    });
  }

  put(key: string, record: StoredRecord, lifetimeMs: number, budget: Budget): Promise<boolean> {
    return this.#guard('put', budget, () => this.#store.put(key, record, lifetimeMs));
  }

  fill(key: string, record: StoredRecord, lifetimeMs: number): Promise<Answer> {
    const send = (): Promise<boolean> => this.#store.fill(key, record, lifetimeMs);
    return this.#owedUnlessAnswered(key, record.token, this.#inBackground('fill', send));
  }

  /** Like `fill`, where the value that has the token `same` stays but for its header. */
  confirm(key: string, record: StoredRecord, lifetimeMs: number, same: Token): Promise<Answer> {
    const send = async (): Promise<boolean> => {
      const confirmed = await this.#store.confirm?.(key, record, lifetimeMs, same);
      // Somebody else's value may have come between; the lease says who may replace it.
      return confirmed === true || this.#store.fill(key, record, lifetimeMs);
    };
    return this.#owedUnlessAnswered(key, record.token, this.#inBackground('fill', send));
  }

  renew(key: string, token: Token, leaseMs: number): Promise<Answer> {
    return this.#inBackground('renew', () => this.#store.renew(key, token, leaseMs));
  }

  release(key: string, token: Token, failure?: LoadFailure): Promise<Answer> {
    const send = (): Promise<boolean> => this.#store.release(key, token, failure);
    return this.#owedUnlessAnswered(key, token, this.#inBackground('release', send));
  }

  /** Removes the value that is there, if it `isOver`; false when the store did not answer. */
  async discard(key: string, isOver: (record: StoredRecord) => boolean): Promise<boolean> {
    const answer = await this.#inBackground('discard', async () => {
      const record = await this.#store.read(key);
      // What somebody else stores in between stays, and so does the lease of whoever is about to.
      if (record !== undefined && isOver(record)) await this.#store.discard(key, record.token);
      return true;
    });
    return answer === true;
  }

  /** Resolves when what nobody waits for has been answered, or has run out of time; probes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelProbe?.();
    await Promise.all(this.#background);
    this.#owed.close();
  }

  async #owedUnlessAnswered(key: string, token: Token, said: Promise<Answer>): Promise<Answer> {
    const answer = await said;
    if (answer === undefined) this.#owed.add(key, token);
    else this.#ended.add(key, token);
    return answer;
  }

  #releaseOwed(key: string, token: Token): Promise<boolean> {
    const budget = new Budget(this.#options.clock, this.#options.backgroundTimeoutMs);
    return this.#guard('release', budget, () => this.#store.release(key, token));
  }

  #inBackground(operation: string, send: () => Promise<boolean>): Promise<Answer> {
    const command = this.#attempt(operation, send);
    this.#background.add(command);
    void command.finally(() => this.#background.delete(command));
    return command;
  }

  /** A command whose failure costs nothing but the lease or the copy it was about. */
  async #attempt(operation: string, send: () => Promise<boolean>): Promise<Answer> {
    const budget = new Budget(this.#options.clock, this.#options.backgroundTimeoutMs);
    try {
      return await this.#guard(operation, budget, send);
    } catch {
      return undefined;
    }
  }

  #guard<T>(operation: string, budget: Budget, send: () => Promise<T>): Promise<T> {
    if (this.usable) return this.#send(operation, budget, send);
    const message = `${operation} was not sent: the circuit is open`;
    return Promise.reject(new CacheError('REMOTE_UNAVAILABLE', message));
  }

  #send<T>(operation: string, budget: Budget, send: () => Promise<T>): Promise<T> {
    const { breaker, clock } = this.#options;
    const startedAt = clock.monotonic();
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        const now = clock.monotonic();
        if (isOfOneShard(error)) this.#tell(() => breaker.succeeded(now - startedAt, now));
        else this.#tell(() => breaker.failed(now));
        // The store may be failing over to a replica that missed the last ends of leases.
        for (const [key, token] of this.#ended.take()) this.#owed.add(key, token);
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
    const after = breaker.state;
    if (before === after) return;
    if (before === 'closed') onCircuit(true);
    if (after === 'closed') onCircuit(false);
    if (after === 'open') this.#probeLater();
  }

  #probeLater(): void {
    if (this.#closed) return;
    const { breaker, clock } = this.#options;
    const delay = Math.max(0, breaker.until - clock.monotonic());
    this.#cancelProbe?.();
    this.#cancelProbe = clock.schedule(delay, () => this.#probe());
  }

  /** Asks the store whether it answers again, so that no caller has to wait to find out. */
  #probe(): void {
    const { breaker, clock, backgroundTimeoutMs } = this.#options;
    this.#cancelProbe?.();
    if (this.#closed || !breaker.enter(clock.monotonic())) return;
    const budget = new Budget(clock, backgroundTimeoutMs);
    // What comes of it is told to the circuit, which has it tried again.
    this.#send('probe', budget, () => this.#store.read(probeKey)).catch(() => {});
  }
}

/** Whether a single node of many is away. That is known without waiting, and says nothing of the others. */
function isOfOneShard(error: unknown): boolean {
  return error instanceof CacheError && error.code === 'SHARD_UNAVAILABLE';
}
