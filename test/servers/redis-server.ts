import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOnPort } from './free-port.ts';
import { ServerProcess } from './server-process.ts';

/** What a test may ask of its Redis server. */
export interface RedisServerOptions {
  /** Added to the command line, after and so above the defaults (`['--maxmemory', '1mb']`). */
  readonly args?: readonly string[];
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
      args: [...defaults(port, folder), ...args],
      cwd: folder,
      install: INSTALL,
      stopSignal: 'SIGTERM',
      killSignal: 'SIGKILL',
      isReady: () => answersPing(port),
    });
  }

  /** Makes the folder and the server; does not start it. */
  static async create(port: number, args: readonly string[]): Promise<RedisServer> {
    return new RedisServer(port, await mkdtemp(join(tmpdir(), 'keepfresh-redis-')), args);
  }

  /** Where clients connect: `redis://127.0.0.1:port`. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The process's id; throws while the server is down. */
  get pid(): number {
    return this.#process.pid;
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
  return startOnPort(options.port, (port) => RedisServer.create(port, options.args ?? []));
}

function defaults(port: number, folder: string): string[] {
  const network = ['--port', String(port), '--bind', '127.0.0.1'];
  const disk = ['--dir', folder, '--save', '', '--appendonly', 'no'];
  return [...network, ...disk, '--daemonize', 'no'];
}

/** Whether a Redis on this port answers PING; a starting one refuses or says LOADING. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', (reply) => finish(/^\+PONG|^-NOAUTH/.test(reply.toString())));
  });
}
