import { Socket } from 'node:net';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { within } from '../platform/within.ts';
import { EmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { type FolderLock, lockFolder } from './embedded/folder-lock.ts';
import { migrate } from './migrate.ts';
import { preparingPool } from './preparing-pool.ts';
import { seed } from './seed/seed.ts';
import { type SeverablePool, severablePool } from './severable-pool.ts';
import type { Tables } from './tables.ts';

/** Where the data is: a PostgreSQL server, a folder of our own, or this process's memory. */
export type DatabaseLocation =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'memory' };

/** An open database with its tables up to date. */
export interface Database {
  readonly db: Kysely<Tables>;
  /** How many SQL statements were executed since it was opened, transaction control included. */
  statements(): number;
  /** The engine's name and version, such as `PostgreSQL 18.6`. */
  version(): Promise<string>;
  /** Resolves when the database answers; rejects after `deadlineMs`. */
  ping(deadlineMs: number): Promise<void>;
  /** Ends every connection; safe to repeat. */
  close(): Promise<void>;
}

/** The server could not be reached or refused us. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

export interface OpenDatabase {
  readonly location: DatabaseLocation;
  /** How many products an empty database is given; 0 leaves it empty. */
  readonly products: number;
}

/** How long connecting may take, and waiting for one of the pool's connections, in milliseconds. */
const connectMs = 5_000;
/** The embedded database has one connection, which the first start uses for some seconds. */
const embeddedWaitMs = 30_000;
const serverConnections = 10;
/** How long closing waits for statements that are being executed, in milliseconds. */
const graceMs = 300;

/** Opens the database, brings its tables up to date and fills it when it is empty. */
export async function openDatabase(options: OpenDatabase): Promise<Database> {
  const database = await connect(options.location);
  try {
    await migrate(database.db);
    if (options.products > 0) await seed(database.db, options.products);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function connect(location: DatabaseLocation): Promise<Database> {
  return location.kind === 'server' ? connectToServer(location.url) : openEmbedded(location);
}

async function connectToServer(url: string): Promise<Database> {
  const settings = {
    connectionString: url,
    max: serverConnections,
    connectionTimeoutMillis: connectMs,
  };
  const pool = severablePool(settings, () => new Socket());
  const database = over(pool, async () => {});
  try {
    await database.ping(connectMs);
    return database;
  } catch (error) {
    await database.close();
    throw new DatabaseUnavailable(
      `DATABASE_URL: cannot use the PostgreSQL server at ${placeOf(url)}: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

async function openEmbedded(location: { kind: 'folder'; folder: string } | { kind: 'memory' }) {
  const lock: FolderLock | undefined =
    location.kind === 'folder' ? lockFolder(location.folder) : undefined;
  try {
    const engine = await EmbeddedPostgres.open(
      location.kind === 'folder' ? join(location.folder, 'pglite') : undefined,
    );
    const settings = {
      max: 1,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: embeddedWaitMs,
      // Named here so that `pg` does not look for them in the environment.
      user: 'postgres',
      database: 'postgres',
      password: '',
      ssl: false,
    };
    const pool = severablePool(settings, () => engine.stream());
    return over(pool, async () => {
      await engine.close();
      lock?.release();
    });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function over({ pool, sever }: SeverablePool, closeEngine: () => Promise<void>): Database {
  let statements = 0;
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: preparingPool(pool) }),
    log: () => void statements++,
  });
  const closing = once(async () => {
    const destroyed = db.destroy();
    await within(graceMs, destroyed).catch(sever);
    await within(graceMs, destroyed).catch(() => {});
    await closeEngine();
  });
  return {
    db,
    statements: () => statements,
    async ping(deadlineMs) {
      await within(deadlineMs, sql`select 1`.execute(db));
    },
    version: () => versionOf(db),
    close: closing,
  };
}

async function versionOf(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version()`.execute(db);
  return /^\S+ [\d.]+/.exec(rows[0]!.version)?.[0] ?? 'PostgreSQL';
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}

/** Host, port and database of the URL: what helps, without the user and the password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
