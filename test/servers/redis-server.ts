import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRedis, type RedisReply } from './ask-redis.ts';
import { startOnPort } from './free-port.ts';
import { ServerProcess } from './server-process.ts';

/** What a test may ask of its Redis server. */
export interface RedisServerOptions {
  /** Added to the command line, after and so above the defaults (`['--maxmemory', '1mb']`). */
  readonly args?: readonly string[];
  /** Lines of a configuration file that the server may rewrite, as a Sentinel does. */
  readonly config?: readonly string[];
  /** The loopback port; a free one when left out. */
  readonly port?: number;
}

const INSTALL =
  'redis-server is not installed: run "apt-get install redis-server" (Debian, Ubuntu) or "brew install redis" (macOS).';

/**
 * A real Redis server for one test file: on a loopback port, in a folder of its own, keeping
 * nothing on disk unless the arguments say so, and gone when the test is.
 */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ServerProcess;

  private constructor(port: number, folder: string, args: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#process = new ServerProcess({
      command: 'redis-server',
      args,
      cwd: folder,
      install: INSTALL,
      stopSignal: 'SIGTERM',
      killSignal: 'SIGKILL',
      isReady: () => answersPing(port),
    });
  }

  /** Makes the folder and the server; does not start it. */
  static async create(port: number, options: RedisServerOptions): Promise<RedisServer> {
    const { args = [], config } = options;
    const folder = await mkdtemp(join(tmpdir(), 'keepfresh-redis-'));
    const file = join(folder, 'redis.conf');
    if (config !== undefined) await writeFile(file, `${config.join('\n')}\n`);
    const all = [...(config === undefined ? [] : [file]), ...defaults(port, folder), ...args];
    return new RedisServer(port, folder, all);
  }

  /** Where clients connect: `redis://127.0.0.1:port`. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The process's id; throws while the server is down. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Whether the process is there, paused or not. */
  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get isPaused(): boolean {
    return this.#process.isPaused;
  }

  /** Sends one command and returns its reply; rejects with what the server calls an error. */
  ask(...args: readonly string[]): Promise<RedisReply> {
    return askRedis(this.port, args);
  }

  /** Starts the server again on its port after a `kill()`. */
  async start(): Promise<void> {
    await this.#process.start();
  }

  /** Ends the server as a crash would; its port and folder stay reserved for `start()`. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Kills the server and starts it again on the same port; what was not on disk is lost. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Freezes the server: connections stay open, nothing answers. */
  pause(): void {
    this.#process.pause();
  }

  /** Lets a paused server go on. */
  resume(): void {
    this.#process.resume();
  }

  /** Ends the server and removes its folder; safe to call twice. */
  async stop(): Promise<void> {
    await this.#process.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Starts a Redis server and resolves once it answers; the caller stops it. */
export function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  return startOnPort(options.port, (port) => RedisServer.create(port, options));
}

function defaults(port: number, folder: string): string[] {
  const network = ['--port', String(port), '--bind', '127.0.0.1'];
  const disk = ['--dir', folder, '--save', '', '--appendonly', 'no'];
  return [...network, ...disk, '--daemonize', 'no'];
}

/** Whether a Redis on this port answers PING; a starting one refuses or says LOADING. */
function answersPing(port: number): Promise<boolean> {
  return askRedis(port, ['PING'], 500).then(
    (reply) => reply === 'PONG',
    (error: unknown) => String(error).includes('NOAUTH'),
  );
}
