import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a server is started and how one knows that it serves. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The user and group to run as; the test's own when left out. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** One sentence for a machine that lacks the program. */
  readonly install: string;
  /** Asks for a prompt, orderly end. */
  readonly stopSignal: NodeJS.Signals;
  /** Ends it as a crash would. */
  readonly killSignal: NodeJS.Signals;
  /** Resolves to true once the server answers; asked again every few milliseconds. */
  readonly isReady: () => Promise<boolean>;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5_000;
const OUTPUT_KEPT = 4_000;

/** A server run by a test: a real process that dies with the test, however the test ends. */
export class ServerProcess implements AsyncDisposable {
  readonly #spec: ServerCommand;
  #child: ChildProcess | undefined;
  #guard: ChildProcess | undefined;
  #output = '';
  #paused = false;

  constructor(spec: ServerCommand) {
    this.#spec = spec;
  }

  /** The running process's id; throws when it does not run. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.#spec.command} is not running`);
    return pid;
  }

  /** Whether the process is there, paused or not. */
  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** The last few kilobytes the server printed, for error messages. */
  get output(): string {
    return this.#output;
  }

  /** Starts the server and waits until it serves. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.#spec.command} runs already`);
    const { command, args, cwd, owner } = this.#spec;
    const child = spawn(command, args, { cwd, ...owner, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_KEPT);
      });
    }
    child.once('exit', () => this.#forget(child));
    await this.#spawned(child);
    this.#guard = guardOf(this.pid);
    await this.#served(child);
  }

  /** Asks the server to end, insists after five seconds, and waits until it is gone. */
  async stop(): Promise<void> {
    await this.#end(this.#spec.stopSignal);
  }

  /** Ends the server at once, as a crash would, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#end(this.#spec.killSignal);
  }

  /** Freezes the server (SIGSTOP): its sockets stay open and nothing answers. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
    this.#paused = true;
  }

  /** Lets a paused server go on (SIGCONT). */
  resume(): void {
    process.kill(this.pid, 'SIGCONT');
    this.#paused = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(insist);
  }

  #forget(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#paused = false;
    this.#guard?.kill('SIGKILL');
    this.#guard = undefined;
  }

  async #spawned(child: ChildProcess): Promise<void> {
    try {
      await once(child, 'spawn');
    } catch (error) {
      this.#child = undefined;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new Error(this.#spec.install, { cause: error });
    }
  }

  async #served(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await this.#spec.isReady())) {
      if (this.#child !== child) {
        throw new Error(`${this.#spec.command} ended while starting: ${this.#output}`);
      }
      if (Date.now() > deadline) {
        await this.kill();
        throw new Error(`${this.#spec.command} did not serve within 30 s: ${this.#output}`);
      }
      await sleep(5);
    }
  }
}

/**
 * A shell that waits for the end of its input, which is ours: whatever ends this process, even
 * SIGKILL, closes the pipe, and the shell then kills the server.
 */
function guardOf(pid: number): ChildProcess {
  const script = 'read -r _; kill -CONT "$1"; kill -QUIT "$1"; sleep 0.2; kill -KILL "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return guard;
}
