import { CacheError, messageOf } from '../../core/errors.ts';
import type { Cancel, Clock } from '../../core/ports/clock.ts';
import { awaitable } from './awaitable.ts';
import {
  type Address,
  addressText,
  type RedisArgument,
  type RedisConnection,
} from './connection.ts';
import { watchForStall } from './watch-for-stall.ts';

/** How one connection is made and what becomes of it. */
export interface LinkOptions {
  readonly clock: Clock;
  /** Longest time for connecting and greeting together, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** A new connection that is not open yet. When it rejects with PEER_MISSING, the link gives up for good. */
  readonly create: () => Promise<RedisConnection>;
  /** What has to succeed before the connection is used. */
  readonly greet: (connection: RedisConnection) => Promise<void>;
  readonly onChange?: ((connected: boolean, cause?: unknown) => void) | undefined;
  /** Called every half second while the server does not answer, from one second on. */
  readonly onSlow?: (() => void) | undefined;
}

const closeWithinMs = 500;
const retryMs = 250;

/**
 * One connection that is kept alive: it connects in the background, and when it is lost (an error, its end,
 * or no answer to a ping for a while) it is thrown away with all that was under way and a new one is made,
 * at random intervals of at most 250 ms. Commands reject at once while there is none.
 */
export class RedisLink {
  readonly #options: LinkOptions;
  #live: RedisConnection | undefined;
  #cause: unknown;
  #announced: boolean | undefined;
  #closed = false;
  #slow = false;
  #up: PromiseWithResolvers<void> = awaitable();
  #stop: (cause: unknown) => void = () => {};
  readonly #running: Promise<void>;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Resolves when commands can be sent; rejects when the link was closed or can never connect. */
  ready(): Promise<void> {
    return this.#up.promise;
  }

  get connected(): boolean {
    return this.#live !== undefined;
  }

  /** Whether it has connected, or failed to, since it was made. */
  get tried(): boolean {
    return this.#announced !== undefined;
  }

  /** Whether the server has not answered for a second. */
  get slow(): boolean {
    return this.#slow;
  }

  /** The open connection; throws REMOTE_UNAVAILABLE when there is none. */
  get connection(): RedisConnection {
    if (this.#live !== undefined) return this.#live;
    throw this.#unavailable();
  }

  send(args: readonly RedisArgument[]): Promise<unknown> {
    const live = this.#live;
    return live === undefined ? Promise.reject(this.#unavailable()) : live.send(args);
  }

  /** Throws the present connection away and makes a new one. */
  drop(cause: unknown): void {
    this.#stop(cause);
  }

  /** Throws the present connection away unless it leads to this address. */
  leaveUnlessAt(address: Address, cause: unknown): void {
    const at = this.#live?.address;
    if (at !== undefined && addressText(at) !== addressText(address)) this.drop(cause);
  }

  /** Lets what is under way finish, half a second at most, and ends the connection. */
  async close(): Promise<void> {
    if (!this.#closed && this.#live !== undefined) await this.#drained(this.#live);
    this.#closed = true;
    this.#stop(closedError());
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt++) {
      let connected = false;
      try {
        connected = await this.#keep(await this.#options.create());
      } catch (error) {
        if (isFinal(error)) {
          this.#announce(false, error);
          return this.#end(error);
        }
        this.#down(error);
      }
      if (connected) attempt = 0;
      if (!this.#closed) await this.#pause(attempt);
    }
    this.#end(closedError());
  }

  /** Connects, stays until the connection is lost, and tells whether there ever was one. */
  async #keep(connection: RedisConnection): Promise<boolean> {
    const lost = awaitable<unknown>();
    this.#stop = lost.resolve;
    if (this.#closed) lost.resolve(undefined);
    connection.onLost(lost.resolve);
    const gaveUp = this.#after(this.#options.connectTimeoutMs, () =>
      lost.resolve(new Error(`Redis did not answer within ${this.#options.connectTimeoutMs} ms.`)),
    );
    const greeted = await Promise.race([this.#greeted(connection, lost.resolve), lost.promise]);
    gaveUp();
    if (greeted === true) await this.#serve(connection, lost);
    const cause = await lost.promise;
    connection.destroy();
    this.#down(cause);
    return greeted === true;
  }

  async #greeted(connection: RedisConnection, fail: (cause: unknown) => void): Promise<boolean> {
    try {
      await connection.connect();
      await this.#options.greet(connection);
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  }

  async #serve(connection: RedisConnection, lost: PromiseWithResolvers<unknown>): Promise<void> {
    const unwatch = watchForStall(connection, {
      clock: this.#options.clock,
      onAnswer: () => {
        this.#slow = false;
      },
      onSlow: () => {
        this.#slow = true;
        this.#options.onSlow?.();
      },
      onStall: lost.resolve,
    });
    this.#slow = false;
    this.#live = connection;
    this.#up.resolve();
    this.#announce(true);
    await lost.promise;
    unwatch();
  }

  #down(cause: unknown): void {
    this.#cause = cause;
    if (this.#live !== undefined) {
      this.#live = undefined;
      this.#up = awaitable();
    }
    if (!this.#closed) this.#announce(false, cause);
  }

  #end(cause: unknown): void {
    this.#closed = true;
    this.#cause = cause;
    this.#up.reject(cause);
  }

  #announce(connected: boolean, cause?: unknown): void {
    if (this.#announced === connected) return;
    this.#announced = connected;
    this.#options.onChange?.(connected, cause);
  }

  #unavailable(): CacheError {
    if (this.#cause instanceof CacheError) return this.#cause;
    const cause = this.#cause;
    const why = cause === undefined ? 'it was not there yet' : messageOf(cause);
    return new CacheError('REMOTE_UNAVAILABLE', `There is no connection to Redis: ${why}`, {
      cause,
    });
  }

  /** Answers come in order: when a ping is answered, so is all that was sent before it. */
  async #drained(connection: RedisConnection): Promise<void> {
    const late = awaitable();
    const cancel = this.#after(closeWithinMs, () => late.resolve());
    await Promise.race([connection.send(['PING']).catch(() => undefined), late.promise]);
    cancel();
  }

  async #pause(attempt: number): Promise<void> {
    const over = awaitable();
    this.#stop = () => over.resolve();
    const share = attempt === 0 ? Math.random() / 5 : 0.5 + Math.random() / 2;
    this.#after(retryMs * share, () => over.resolve());
    await over.promise;
  }

  #after(delayMs: number, run: () => void): Cancel {
    return this.#options.clock.schedule(delayMs, run);
  }
}

/** The error of whoever uses a connection that its owner has closed. */
export function closedError(): CacheError {
  return new CacheError('CLOSED', 'The connection to Redis was closed.');
}

/** Whether trying again cannot help: the package of the client is not there. */
function isFinal(error: unknown): boolean {
  return error instanceof CacheError && error.code === 'PEER_MISSING';
}
