import type { Log } from './log.ts';
import type { Store } from './store.ts';
import type { Clock } from './clock.ts';

/** What the option `remote` takes: a description of the shared level that has not connected yet. */
export interface Remote {
  /** What it is made of, for messages: `redis`. */
  readonly kind: string;
  /**
   * Starts to connect in the background and returns at once. It never throws because the server is away:
   * commands reject until it is there, and work as soon as it is.
   */
  connect(context: RemoteContext): RemoteConnection;
}

export interface RemoteContext {
  /** The cache's name: it owns the keys `<name>:…` and `{<name>}:…`. */
  readonly name: string;
  readonly clock: Clock;
  /** Called when the connection is there (again) and when it is lost; never twice in a row with the same. */
  readonly onConnection: (connected: boolean, cause?: unknown) => void;
  /**
   * Called when a server that keeps some of the records can be reached (again), while the connection is there: what is
   * pending for it is tried at once. Left out by those who do not wait for that.
   */
  readonly onPartBack?: (() => void) | undefined;
  /** Called with what the operator should know: a setting of the server that weakens a promise. */
  readonly onWarning: (warning: RemoteWarning) => void;
}

export interface RemoteWarning {
  /** Stable, upper case: `EVICTION_POLICY`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

export interface RemoteConnection {
  readonly store: Store;
  /** Absent where the server cannot order invalidations: then tags, patterns and strict are refused. */
  readonly log?: Log | undefined;
  /**
   * Whether store and log are one server, which executes what it is sent in that order and passes it on to its
   * replicas in that order. Elsewhere the store may lose what the log keeps, so that what was removed has to be
   * looked at once more. @default false
   */
  readonly inOrder?: boolean | undefined;
  /** What it has warned of so far, the first of each code. */
  readonly warnings?: readonly RemoteWarning[] | undefined;
  /** Resolves when commands can be sent; rejects when it was closed before. It has no deadline of its own. */
  ready(): Promise<void>;
  /** Round trip of one trivial command in milliseconds; rejects when it fails. */
  ping(): Promise<number>;
  /** Ends every connection that this remote opened, and no other. Resolves when they are closed; safe to repeat. */
  close(): Promise<void>;
}
