import { type ChildProcess, fork } from 'node:child_process';

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;
type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

/**
 * A process of its own that runs a module and answers calls of the functions it serves. It dies with us, and
 * a call that it never answers ends with it.
 */
export class Actor {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (reply) => this.#take(reply as Reply));
    child.once('exit', (code, signal) => {
      const error = new Error(`ended with ${signal ?? code}`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
  }

  /** Starts the module, which must call `serveActor` where it is the main one. */
  static start(module: string): Actor {
    return new Actor(fork(module));
  }

  /** Calls a function by its name; rejects with what it threw, or when `withinMs` are over. */
  async call<T>(name: string, args: readonly unknown[] = [], withinMs = 60_000): Promise<T> {
    if (this.#hasEnded) throw new Error(`${name} was asked of a process that has ended`);
    const id = ++this.#calls;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const timer = setTimeout(() => {
      answer.reject(new Error(`no answer to ${name} in ${withinMs / 1_000} s`));
    }, withinMs);
    try {
      // What cannot be sent any more is answered by the end of the process.
      this.#child.send({ id, name, args }, () => {});
      return (await answer.promise) as T;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<unknown> {
    if (this.#hasEnded) return Promise.resolve();
    return new Promise((resolve) => this.#child.once('exit', resolve));
  }

  /** Ends the process, however busy it is. */
  async end(): Promise<void> {
    const { ended } = this;
    this.#child.kill('SIGKILL');
    await ended;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.result);
  }
}

/** Answers the calls of the process that started this one; to be called if `import.meta.main`. */
export function serveActor(functions: Functions): void {
  process.on('disconnect', () => process.exit());
  // Some clients reject commands that nobody waits for; what a contender answers is what counts here.
  process.on('unhandledRejection', () => {});
  process.on('uncaughtException', () => {});
  process.on('message', ({ id, name, args }: { id: number; name: string; args: never[] }) => {
    const run = async (): Promise<unknown> => functions[name]!(...args);
    run().then(
      (result) => process.send!({ id, result }),
      (error: unknown) => process.send!({ id, error: String(error) }),
    );
  });
}
