import type { Log, LogEntry } from '../../src/core/ports/log.ts';
import type { Remote, RemoteConnection } from '../../src/core/ports/remote.ts';
import {
  latePutMs,
  type LeaseReply,
  type LoadFailure,
  type Store,
} from '../../src/core/ports/store.ts';
import type { SeededRandom } from '../../src/testing/seeded-random.ts';
import type { Connection } from './link.ts';
import type { Observer } from './observer.ts';
import type { Servers } from './servers.ts';

export interface LinkedRemoteOptions {
  readonly servers: Servers;
  readonly data: Connection;
  readonly control: Connection;
  /** Virtual time, in milliseconds. */
  readonly now: () => number;
  readonly random: SeededRandom;
  /** Share of news and wake-ups that get lost. */
  readonly lossShare: number;
  /** Share of beats that bring only some of the entries that follow. */
  readonly partialShare: number;
  /** Whether this process still reaches the master that was replaced. */
  readonly isMinority: () => boolean;
  readonly observer: Observer;
  /** The process is told of a load that it has waited for. */
  readonly onFailure: (failure: LoadFailure) => void;
}

/** The remote of one simulated process: the servers, as seen through its links. */
export class LinkedRemote implements Remote {
  readonly kind = 'simulation';
  readonly #options: LinkedRemoteOptions;
  #onConnection: (connected: boolean) => void = () => {};
  #ends: (() => void)[] = [];

  constructor(options: LinkedRemoteOptions) {
    this.#options = options;
  }

  connect(context: Parameters<Remote['connect']>[0]): RemoteConnection {
    this.#onConnection = context.onConnection;
    return {
      store: this.#store(),
      log: this.#log(),
      ready: () => Promise.resolve(),
      ping: () => this.#options.data.call(() => Promise.resolve(0)),
      close: () => {
        for (const end of this.#ends) end();
        return Promise.resolve();
      },
    };
  }

  /** The process hears that it is connected again. */
  announce(connected: boolean): void {
    this.#onConnection(connected);
  }

  #store(): Store {
    const { data, now, observer, onFailure, servers } = this.#options;
    const { store } = servers;
    return {
      limits: store.limits,
      read: (key) => data.call(() => store.read(key)),
      readMany: (keys) => data.call(() => store.readMany(keys)),
      acquire: async (key, request): Promise<LeaseReply> => {
        const reply = await data.call(() => store.acquire(key, request));
        if (reply.outcome === 'failed') onFailure(reply.failure);
        return reply;
      },
      fill: (key, record, lifetimeMs) =>
        data.call(async () => {
          const stored = await store.fill(key, record, lifetimeMs);
          if (stored) observer.filled(key, record);
          return stored;
        }),
      confirm: (key, record, lifetimeMs, same) =>
        data.call(async () => {
          const stored = await store.confirm(key, record, lifetimeMs, same);
          if (stored) observer.filled(key, record);
          return stored;
        }),
      renew: (key, token, leaseMs) => data.call(() => store.renew(key, token, leaseMs)),
      release: (key, token, failure) => data.call(() => store.release(key, token, failure)),
      put: (key, record, lifetimeMs) => {
        const calledAt = now();
        return data.call(async () => {
          if (now() - calledAt > latePutMs) throw new Error('too late to be stored');
          return store.put(key, record, lifetimeMs);
        });
      },
      invalidate: (keys) =>
        data.call(() => {
          observer.erased(keys);
          return store.invalidate(keys);
        }),
      discard: (key, token) =>
        data.call(async () => {
          const gone = await store.discard(key, token);
          if (gone) observer.discarded(key);
          return gone;
        }),
      // It takes leases away like a removal: no load that began before is stored.
      expire: (keys) =>
        data.call(() => {
          observer.erased(keys);
          return store.expire(keys);
        }),
      onWake: (listener) =>
        this.#listen((run) => store.onWake((key) => run(() => listener(key))), data),
    };
  }

  #log(): Log {
    const { control, random, servers, partialShare } = this.#options;
    const master = (): Log => (this.#options.isMinority() ? servers.oldMaster! : servers.log);
    /** A write: the master that was replaced has no replicas and refuses it. */
    const write = <T>(run: (log: Log) => Promise<T>): Promise<T> =>
      control.call(() =>
        this.#options.isMinority()
          ? Promise.reject(new Error('NOREPLICAS Not enough good replicas to write.'))
          : run(servers.log),
      );
    return {
      beat: (member) =>
        write(async (log) => {
          const beat = await log.beat(member);
          if (random.fraction() >= partialShare) return beat;
          return { ...beat, entries: someOf(beat.entries, random) };
        }),
      append: (member, request) => write((log) => log.append(member, request)),
      tagPositions: (tags) => control.call(() => master().tagPositions(tags)),
      members: () => control.call(() => master().members()),
      leave: (id) => write((log) => log.leave(id)),
      onNews: (onNews) =>
        this.#listen((run) => servers.log.onNews((id) => run(() => onNews(id))), control),
    };
  }

  /** Messages that nobody asked for, some of which get lost. */
  #listen(
    subscribe: (run: (message: () => void) => void) => () => void,
    link: Connection,
  ): () => void {
    const { random, lossShare } = this.#options;
    const end = subscribe((message) => {
      if (random.fraction() >= lossShare) link.tell(message);
    });
    this.#ends.push(end);
    return end;
  }
}

/** A reply need not carry all entries: the newest may be left for the next one. */
function someOf(entries: readonly LogEntry[], random: SeededRandom): readonly LogEntry[] {
  if (entries.length < 2) return entries;
  return entries.slice(0, 1 + random.below(entries.length - 1));
}
