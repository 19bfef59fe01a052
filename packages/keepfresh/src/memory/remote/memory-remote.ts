import { CacheError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Remote, RemoteConnection, RemoteContext } from '../../core/ports/remote.ts';
import type { StoredRecord, Token } from '../../core/ports/record.ts';
import type { Store } from '../../core/ports/store.ts';
import { MemoryHub } from './memory-hub.ts';

/**
 * A shared level within this process, for tests, examples and several caches in one process: give each of them
 * a remote over the same hub. Everything works as over a server, and ends with the process.
 */
export function memoryRemote(hub: MemoryHub = new MemoryHub()): Remote {
  return { kind: 'memory', connect: (context) => new MemoryConnection(hub, context) };
}

/** One cache's way to the hub. After it is closed every command is refused, as on a closed socket. */
class MemoryConnection implements RemoteConnection {
  readonly store: Store;
  readonly log: Log;
  readonly inOrder: boolean = true;
  readonly #endings = new Set<() => void>();
  #closed = false;

  constructor(hub: MemoryHub, { name, onConnection }: RemoteContext) {
    this.store = this.#storeOf(hub.store(name));
    this.log = this.#logOf(hub.log(name));
    queueMicrotask(() => {
      if (!this.#closed) onConnection(true);
    });
  }

  async ready(): Promise<void> {
    this.#refuseClosed();
  }

  async ping(): Promise<number> {
    this.#refuseClosed();
    return 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#endings) end();
    this.#endings.clear();
  }

  #storeOf(store: Store): Store {
    return {
      limits: store.limits,
      read: (key) => this.#run(() => store.read(key)),
      readMany: (keys) => this.#run(() => store.readMany(keys)),
      acquire: (key, request) => this.#run(() => store.acquire(key, request)),
      fill: (key, record, lifetimeMs) => this.#run(() => store.fill(key, record, lifetimeMs)),
      ...(store.confirm !== undefined && {
        confirm: (key: string, record: StoredRecord, lifetimeMs: number, same: Token) =>
          this.#run(() => store.confirm!(key, record, lifetimeMs, same)),
      }),
      renew: (key, token, leaseMs) => this.#run(() => store.renew(key, token, leaseMs)),
      release: (key, token, failure) => this.#run(() => store.release(key, token, failure)),
      put: (key, record, lifetimeMs) => this.#run(() => store.put(key, record, lifetimeMs)),
      invalidate: (keys) => this.#run(() => store.invalidate(keys)),
      discard: (key, token) => this.#run(() => store.discard(key, token)),
      expire: (keys) => this.#run(() => store.expire(keys)),
      onWake: (listener) => this.#listen(() => store.onWake(listener)),
    };
  }

  #logOf(log: Log): Log {
    return {
      beat: (member) => this.#run(() => log.beat(member)),
      append: (member, request) => this.#run(() => log.append(member, request)),
      tagPositions: (tags) => this.#run(() => log.tagPositions(tags)),
      members: () => this.#run(() => log.members()),
      leave: (memberId) => this.#run(() => log.leave(memberId)),
      onNews: (onNews) => this.#listen(() => log.onNews(onNews)),
    };
  }

  async #run<T>(command: () => Promise<T>): Promise<T> {
    this.#refuseClosed();
    return command();
  }

  #listen(subscribe: () => () => void): () => void {
    if (this.#closed) return () => {};
    const end = subscribe();
    this.#endings.add(end);
    return () => {
      end();
      this.#endings.delete(end);
    };
  }

  #refuseClosed(): void {
    if (this.#closed) throw new CacheError('CLOSED', 'the connection to the hub is closed');
  }
}
