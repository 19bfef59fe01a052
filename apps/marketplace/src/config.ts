import { resolve } from 'node:path';
import { z } from 'zod';

/** How verbose the log is; `silent` switches it off. */
export type LogLevel = (typeof logLevels)[number];

/** The settings of one marketplace process, as `readConfig` makes them from the environment. */
export interface Config {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host: string;
  /** TCP port, 0–65535; 0 lets the system choose a free one. @default 3000 */
  readonly port: number;
  /** Absolute folder of the embedded database, used while `databaseUrl` is absent. @default './data' */
  readonly dataDir: string;
  /** PostgreSQL server (15 or newer); absent: the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Redis server that several processes share as cache; absent: each caches in its own memory. */
  readonly redisUrl: string | undefined;
  /** What writes have to present as bearer token; absent: one is made at each start. */
  readonly adminToken: string | undefined;
  /** Whether anything is cached at all. @default true */
  readonly cache: boolean;
  /** Owns the keys in Redis: processes that share a cache give it the same name. @default 'shop' */
  readonly cacheName: string;
  /** Bytes that cached values may take in this process. @default 128 MiB */
  readonly cacheMaxBytes: number;
  /** @default 'info' */
  readonly logLevel: LogLevel;
  /** Whether each request is logged as one JSON line. @default true */
  readonly requestLog: boolean;
  /** Origins that browsers may call from; `*` is every one, [] none. @default ['*'] */
  readonly corsOrigins: readonly string[];
}

/** A setting that cannot be used. The message names every variable at fault and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
const mebibyte = 1_048_576;

const onOff = (fallback: boolean) =>
  z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .transform((word) => word === 'on')
    .default(fallback);

const wholeNumber = (low: number, high: number, fallback: number) => {
  const error = `must be a whole number from ${low} to ${high}`;
  const digits = z.string().regex(/^\d{1,9}$/, { error });
  return digits
    .transform(Number)
    .refine((n) => n >= low && n <= high, { error })
    .default(fallback);
};

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ''), {
    error: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });

const corsOrigin = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((o) => o === '*' || o === 'none' || URL.parse(o)?.origin === o), {
    error: 'must be *, none, or origins such as https://shop.example separated by commas',
  })
  .transform((list) => (list.includes('none') ? [] : list));

const environment = z.object({
  HOST: z
    .string()
    .regex(/^[0-9A-Za-z.:_-]{1,253}$/, { error: 'must be a host name or an IP address' })
    .default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 3000),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, { error: 'must be 16 to 256 visible ASCII characters' })
    .optional(),
  CACHE: onOff(true),
  CACHE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, { error: 'must be 1 to 32 of A-Z, a-z, 0-9, _ and -' })
    .default('shop'),
  CACHE_MEMORY_MB: wholeNumber(1, 65_536, 128),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
  REQUEST_LOG: onOff(true),
  CORS_ORIGIN: corsOrigin.default(['*']),
});

/** Variables whose value may hold a password, so that a message must not repeat it. */
const secrets: ReadonlySet<string> = new Set(['ADMIN_TOKEN', 'DATABASE_URL', 'REDIS_URL']);

/**
 * Reads the settings from `env`, where an empty variable counts as absent. The only reader of the
 * environment. Throws `ConfigError`.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(environment.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const { data, error } = environment.safeParse(given);
  if (error) {
    throw new ConfigError(error.issues.map((issue) => complaint(issue, given)).join('\n'));
  }
  return {
    host: data.HOST,
    port: data.PORT,
    dataDir: resolve(data.DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    redisUrl: data.REDIS_URL,
    adminToken: data.ADMIN_TOKEN,
    cache: data.CACHE,
    cacheName: data.CACHE_NAME,
    cacheMaxBytes: data.CACHE_MEMORY_MB * mebibyte,
    logLevel: data.LOG_LEVEL,
    requestLog: data.REQUEST_LOG,
    corsOrigins: data.CORS_ORIGIN,
  };
}

function complaint(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  const name = String(issue.path[0]);
  return secrets.has(name)
    ? `${name} ${issue.message} (its value is not repeated here).`
    : `${name} ${issue.message}; it was ${JSON.stringify(given[name])}.`;
}
