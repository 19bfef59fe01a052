import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The checkout under test. */
export const checkout: string = join(import.meta.dirname, '..', '..');

/** How a command ended: its code, or the signal that ended it, and how long that took. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
}

/** An npm script run as a person runs it: by npm, on the machine's Node, in a group of its own. */
export class Command implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<[number | null, NodeJS.Signals | null]>;
  #output = '';

  constructor(script: string, options: { readonly cwd?: string; readonly env?: object } = {}) {
    const cwd = options.cwd ?? checkout;
    const env = { ...machineEnvironment(), ...options.env };
    this.#child = spawn('npm', ['run', script], { cwd, env, detached: true });
    this.#ended = once(this.#child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
  }

  /** All that was printed so far, errors too. */
  get output(): string {
    return this.#output;
  }

  /** npm's own process id, which is its group's id too. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves with the ending, and fails when it does not come in time. */
  async ended(withinMs: number): Promise<Ending> {
    const started = performance.now();
    const late = new AbortController();
    const ending = await Promise.race([
      this.#ended,
      sleep(withinMs, undefined, { signal: late.signal, ref: false }),
    ]);
    late.abort();
    if (ending === undefined)
      throw new Error(`still running after ${withinMs} ms:\n${this.output}`);
    return { code: ending[0], signal: ending[1], ms: performance.now() - started };
  }

  /** Asks `url` until it answers with success, and gives the time it took since now. */
  async serves(url: string, withinMs: number): Promise<number> {
    const started = performance.now();
    while (!(await answers(url))) {
      const ms = performance.now() - started;
      if (ms > withinMs || this.#child.exitCode !== null) {
        throw new Error(`${url} did not answer within ${Math.round(ms)} ms:\n${this.output}`);
      }
      await sleep(50);
    }
    return performance.now() - started;
  }

  /** The processes of the group that still run. */
  survivors(): number[] {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
    return table
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, group, state]) => Number(group) === this.pid && !state?.startsWith('Z'))
      .map(([pid]) => Number(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.survivors().length > 0) process.kill(-this.pid, 'SIGKILL');
    await this.#ended;
  }
}

/** This process's environment as a fresh shell has it: without the repository's own Node. */
function machineEnvironment(): NodeJS.ProcessEnv {
  const own = (name: string): boolean => /^npm_|^VITEST|^NODE_ENV$|^INIT_CWD$|^TEST$/.test(name);
  const entries = Object.entries(process.env).filter(([name]) => !own(name));
  const path = process.env.PATH?.split(delimiter).filter((part) => !part.includes('node_modules'));
  return { ...Object.fromEntries(entries), PATH: path?.join(delimiter) };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
