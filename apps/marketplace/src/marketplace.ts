import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Cache } from 'keepfresh';
import { AppModule } from './app.module.ts';
import { CatalogService } from './catalog/catalog.service.ts';
import type { Config } from './config.ts';
import { type DatabaseLocation, openDatabase } from './database/database.ts';
import { Connections } from './platform/connections.ts';
import { describeApi } from './platform/openapi.ts';
import { ProblemFilter } from './platform/problem.filter.ts';
import { makeServer } from './platform/server.ts';
import { shopCache } from './platform/shop-cache.ts';
import { Validation } from './platform/validation.ts';

/** A shop that is open. */
export interface Marketplace {
  /** Where it answers, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** What writes have to present as bearer token. */
  readonly adminToken: string;
  readonly app: NestFastifyApplication;
  readonly catalog: CatalogService;
  /** Undefined when caching is switched off. */
  readonly cache: Cache | undefined;
  /** The database engine with its version, such as `PostgreSQL 18.6, embedded`. */
  readonly database: string;
  /** How many SQL statements were executed since it was opened. */
  statements(): number;
  /** Answers what is being asked, for 0.8 s at most, then ends everything. Safe to repeat. */
  close(): Promise<void>;
}

export interface MarketplaceOptions {
  /** How many products an empty database is given; 0 leaves it empty. @default 20_600 */
  readonly products?: number;
  /** Where the data is, in place of what the configuration says. */
  readonly location?: DatabaseLocation;
  /** Where the log goes. @default the standard output */
  readonly log?: Writable;
  /** Told what an operator should know. @default written to the standard error output */
  readonly warn?: (sentence: string) => void;
}

const seededProducts = 20_600;
/** How long requests that are being answered are waited for, in milliseconds. */
const graceMs = 800;

/** Opens the shop: database, cache, then the HTTP server. What was opened is closed when a step fails. */
export async function startMarketplace(
  config: Config,
  options: MarketplaceOptions = {},
): Promise<Marketplace> {
  await using opened = new AsyncDisposableStack();
  const { products = seededProducts, location = locationIn(config) } = options;
  const database = await openDatabase({ location, products });
  opened.defer(() => database.close());
  const cache = shopCache(config, options.warn ?? writeWarning);
  opened.defer(async () => cache?.close());

  const adminToken = config.adminToken ?? randomBytes(18).toString('base64url');
  const server = await makeServer(config, cache, options.log);
  const app = await makeApp(server, new Connections(database, cache), adminToken);
  opened.defer(() => closeApp(app));
  await app.init();
  // Not app.listen, which prints a failure that main.ts says in one sentence.
  await server.getInstance<FastifyInstance>().listen({ port: config.port, host: config.host });
  const version = await database.version();
  const everything = opened.move();
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(app, config.host),
    adminToken,
    app,
    catalog: app.get(CatalogService),
    cache,
    database: location.kind === 'server' ? version : `${version}, embedded`,
    statements: () => database.statements(),
    close: () => (closing ??= everything.disposeAsync()),
  };
}

function locationIn({ databaseUrl, dataDir }: Config): DatabaseLocation {
  return databaseUrl === undefined
    ? { kind: 'folder', folder: dataDir }
    : { kind: 'server', url: databaseUrl };
}

async function makeApp(server: FastifyAdapter, connections: Connections, adminToken: string) {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(connections, adminToken),
    server,
    { logger: ['error', 'warn'], abortOnError: false },
  );
  app.enableVersioning({ type: VersioningType.URI });
  app.useGlobalPipes(new Validation());
  app.useGlobalFilters(new ProblemFilter());
  describeApi(app);
  return app;
}

/** Takes no more connections, lets requests finish, and cuts off what is left after the grace time. */
async function closeApp(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cutOff);
  }
}

function urlOf(app: NestFastifyApplication, host: string): string {
  const { port } = app.getHttpServer().address() as { port: number };
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function writeWarning(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
