import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../servers/free-port.ts';
import { Command } from './command.ts';

/** The page a visitor asks for first: a seeded product with its variants. */
const page = '/v1/products/7?variants=true';

/** `npm start` on a port and a data folder of its own, with nothing of the caller's settings. */
export class Shop implements AsyncDisposable {
  readonly port: number;
  readonly command: Command;

  private constructor(port: number, command: Command) {
    this.port = port;
    this.command = command;
  }

  /** Starts the shop; does not wait for it. */
  static async start(options: {
    readonly dataDir: string;
    readonly cwd?: string;
    readonly port?: number;
    readonly env?: Readonly<Record<string, string>>;
  }): Promise<Shop> {
    const port = options.port ?? (await freePort());
    const own = { HOST: '', DATABASE_URL: '', REDIS_URL: '', ADMIN_TOKEN: '', CACHE: '' };
    const env = { ...own, PORT: String(port), DATA_DIR: options.dataDir, ...options.env };
    return new Shop(port, new Command('start', { ...options, env }));
  }

  /** The product page's address. */
  get url(): string {
    return `http://127.0.0.1:${this.port}${page}`;
  }

  /** Resolves when the product page is served, with the milliseconds that took. */
  serves(withinMs: number): Promise<number> {
    return this.command.serves(this.url, withinMs);
  }

  /** What `/health/ready` says. */
  async health(): Promise<{ cache: { status: string } }> {
    const response = await fetch(`http://127.0.0.1:${this.port}/health/ready`);
    return (await response.json()) as { cache: { status: string } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.command[Symbol.asyncDispose]();
  }
}

/** An empty folder for a shop's data, outside the checkout. */
export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'keepfresh-shop-'));
}
