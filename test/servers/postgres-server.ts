import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOnPort } from './free-port.ts';
import { postgresPrograms } from './postgres-programs.ts';
import { ServerProcess, type ServerCommand } from './server-process.ts';

const execute = promisify(execFile);

const INSTALL =
  'PostgreSQL is not installed: run "apt-get install postgresql" (Debian, Ubuntu) or "brew install postgresql@17" (macOS).';

/** Nothing here must survive a power cut, so nothing waits for the disk. */
const HASTE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

type Owner = NonNullable<ServerCommand['owner']>;

/**
 * A real PostgreSQL server for one test file: on a loopback port, in a folder of its own, gone
 * when the test is. PostgreSQL refuses to run as root, so there it runs as the user `postgres`.
 */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #programs: string;
  readonly #folder: string;
  readonly #process: ServerProcess;
  #databases = 0;

  private constructor(port: number, programs: string, folder: string, owner?: Owner) {
    this.port = port;
    this.#programs = programs;
    this.#folder = folder;
    const settings = [...HASTE, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    this.#process = new ServerProcess({
      command: join(programs, 'postgres'),
      args: ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      cwd: folder,
      ...(owner && { owner }),
      install: INSTALL,
      stopSignal: 'SIGINT',
      killSignal: 'SIGQUIT',
      isReady: () => this.#isReady(),
    });
  }

  /** Makes the data folder and the server; does not start it. */
  static async create(port: number): Promise<PostgresServer> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error(INSTALL);
    const folder = await mkdtemp(join(tmpdir(), 'keepfresh-postgres-'));
    const owner = await ownerOfServer();
    if (owner) await chown(folder, owner.uid, owner.gid);
    const locale = ['--encoding', 'UTF8', '--locale', 'C'];
    const args = ['-D', folder, '-U', 'postgres', '--auth', 'trust', '--no-sync', ...locale];
    await execute(join(programs, 'initdb'), args, { cwd: folder, ...owner });
    return new PostgresServer(port, programs, folder, owner);
  }

  /** The process's id; throws while the server is down. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The address of a database for `DATABASE_URL`; without a name, of the one that always exists. */
  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Makes an empty database, or a copy of `template`, and gives its address: some 20 ms. */
  async createDatabase(template = 'template1'): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    const where = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres'];
    await execute(join(this.#programs, 'createdb'), [...where, '-T', template, name]);
    return this.url(name);
  }

  /** Starts the server again on its port after a `kill()`. */
  async start(): Promise<void> {
    await this.#process.start();
  }

  /** Ends the server as a crash would; committed data is there after `start()`. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Kills the server and starts it again on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Freezes the accepting process: new connections hang, open ones go on. */
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

  async #isReady(): Promise<boolean> {
    const where = ['-h', '127.0.0.1', '-p', String(this.port)];
    return execute(join(this.#programs, 'pg_isready'), where).then(
      () => true,
      () => false,
    );
  }
}

/** Starts a PostgreSQL server and resolves once it answers; the caller stops it. */
export function startPostgres(options: { readonly port?: number } = {}): Promise<PostgresServer> {
  return startOnPort(options.port, (port) => PostgresServer.create(port));
}

async function ownerOfServer(): Promise<Owner | undefined> {
  if (userInfo().uid !== 0) return undefined;
  const id = async (flag: string): Promise<number> =>
    Number((await execute('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
