import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('an empty environment gives a shop on this machine with an embedded database', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    dataDir: resolve('data'),
    databaseUrl: undefined,
    redisUrl: undefined,
    adminToken: undefined,
    cache: true,
    cacheName: 'shop',
    cacheMaxBytes: 134_217_728,
    logLevel: 'info',
    requestLog: true,
    corsOrigins: ['*'],
  });
});

test('every variable is taken over', () => {
  const config = readConfig({
    HOST: '::1',
    PORT: '0',
    DATA_DIR: '/var/lib/shop',
    DATABASE_URL: 'postgres://shop:secret@db:5433/shop',
    REDIS_URL: 'rediss://cache:6380',
    ADMIN_TOKEN: 'sixteen-or-more-characters',
    CACHE: 'off',
    CACHE_NAME: 'shop-2',
    CACHE_MEMORY_MB: '2',
    LOG_LEVEL: 'silent',
    REQUEST_LOG: 'off',
    CORS_ORIGIN: 'https://a.example, https://b.example:8443',
  });
  expect(config).toEqual({
    host: '::1',
    port: 0,
    dataDir: '/var/lib/shop',
    databaseUrl: 'postgres://shop:secret@db:5433/shop',
    redisUrl: 'rediss://cache:6380',
    adminToken: 'sixteen-or-more-characters',
    cache: false,
    cacheName: 'shop-2',
    cacheMaxBytes: 2_097_152,
    logLevel: 'silent',
    requestLog: false,
    corsOrigins: ['https://a.example', 'https://b.example:8443'],
  });
});

test('an empty variable counts as absent, and a variable of another program does not matter', () => {
  expect(readConfig({ PORT: '', REDIS_URL: '', PATH: '/bin' })).toEqual(readConfig({}));
});

test.each([
  ['HOST', 'a b', 'HOST must be a host name or an IP address; it was "a b".'],
  ['PORT', '65536', 'PORT must be a whole number from 0 to 65535; it was "65536".'],
  ['PORT', '80.5', 'PORT must be a whole number from 0 to 65535; it was "80.5".'],
  ['PORT', '-1', 'PORT must be a whole number from 0 to 65535; it was "-1".'],
  ['CACHE', 'yes', 'CACHE must be on or off; it was "yes".'],
  ['CACHE_NAME', 'a:b', 'CACHE_NAME must be 1 to 32 of A-Z, a-z, 0-9, _ and -; it was "a:b".'],
  ['CACHE_MEMORY_MB', '0', 'CACHE_MEMORY_MB must be a whole number from 1 to 65536; it was "0".'],
  [
    'LOG_LEVEL',
    'loud',
    'LOG_LEVEL must be one of trace, debug, info, warn, error, silent; it was "loud".',
  ],
  ['REQUEST_LOG', '1', 'REQUEST_LOG must be on or off; it was "1".'],
  [
    'CORS_ORIGIN',
    'shop.example',
    'CORS_ORIGIN must be *, none, or origins such as https://shop.example separated by commas; it was "shop.example".',
  ],
])(
  '%s=%s is refused in a sentence that names it, what it was and what it may be',
  (name, value, sentence) => {
    expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(sentence));
  },
);

test.each([
  ['DATABASE_URL', 'mysql://shop:secret@db/shop'],
  ['REDIS_URL', 'http://:secret@cache'],
  ['ADMIN_TOKEN', 'secret'],
])('a wrong %s is not repeated, as it may hold a password', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must be`));
  expect(() => readConfig({ [name]: value })).not.toThrow(/secret/);
});

test('everything that is wrong is told at once', () => {
  expect(() => readConfig({ PORT: 'x', CACHE: 'x' })).toThrow(/PORT must.*\n.*CACHE must/);
});

test('no origin may call from a browser when CORS_ORIGIN is none', () => {
  expect(readConfig({ CORS_ORIGIN: 'none' }).corsOrigins).toEqual([]);
});
