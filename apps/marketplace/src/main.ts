import { ConfigError, type Config, readConfig } from './config.ts';
import { DatabaseUnavailable } from './database/database.ts';
import { FolderInUse, FolderUnusable } from './database/embedded/folder-lock.ts';
import { type Marketplace, startMarketplace } from './marketplace.ts';

/** When the process ends after a signal even if something does not close, in milliseconds. */
const stopMs = 1_900;

let marketplace: Marketplace | undefined;
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop(signal === 'SIGINT' ? 130 : 143));
}

try {
  const config = readConfig(process.env);
  marketplace = await startMarketplace(config);
  if (!stopping) welcome(config, marketplace);
} catch (error) {
  fail(error);
}

/** Closes the shop, once. While it is still opening there is nothing to wait for: every write is whole. */
async function stop(statusWhileOpening: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (marketplace === undefined) process.exit(statusWhileOpening);
  setTimeout(() => process.exit(1), stopMs).unref();
  await marketplace.close();
  process.exit(0);
}

function welcome(config: Config, { url, adminToken, database }: Marketplace): void {
  const token = config.adminToken === undefined ? adminToken : 'the one in ADMIN_TOKEN';
  const place = config.databaseUrl === undefined ? ` in ${config.dataDir}` : '';
  process.stdout.write(`The marketplace is open.

  Shop       ${url}/
  Product    ${url}/v1/products/7?variants=true
  API        ${url}/docs
  Health     ${url}/health/ready
  Data       ${database}${place}
  Cache      ${cacheText(config)}
  Token      ${token}
             (writes need it: Authorization: Bearer <token>)

Stop it with Ctrl+C.
`);
}

function cacheText({ cache, redisUrl }: Config): string {
  if (!cache) return 'off';
  return redisUrl === undefined ? 'in memory' : `in memory and Redis at ${new URL(redisUrl).host}`;
}

/** Says in one sentence why the shop cannot open; only a surprise is worth its stack. */
function fail(error: unknown): void {
  process.stderr.write(`${sentenceFor(error)}\n`);
  process.exit(1);
}

function sentenceFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isExpected(error)) return error.message;
  const { code, address, hostname, port } = error as NetworkError;
  if (code === 'EADDRINUSE') {
    return `PORT: ${port} on ${address} is in use. Stop what uses it, or choose another PORT.`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `PORT: this user may not listen on ${port}. Choose a PORT above 1023.`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `HOST: this machine has no address ${address ?? hostname} to listen on.`;
  }
  return error.stack ?? error.message;
}

interface NetworkError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

function isExpected(error: Error): boolean {
  return (
    error instanceof ConfigError ||
    error instanceof DatabaseUnavailable ||
    error instanceof FolderInUse ||
    error instanceof FolderUnusable
  );
}
