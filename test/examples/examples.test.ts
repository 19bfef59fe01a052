import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../servers/redis-server.ts';

const execute = promisify(execFile);
const folder = join(import.meta.dirname, '..', '..', 'docs', 'examples');
const programs = readdirSync(folder).filter((file) => file.endsWith('.ts'));

/** Those that ask a server; it has sixteen databases. */
const withServer = programs.filter((file) =>
  readFileSync(join(folder, file), 'utf8').includes('REDIS_URL'),
);

/** Node runs TypeScript as it is, but for decorators: those are compiled first. */
const compiled = programs.filter((file) =>
  /^ *@[A-Z]/m.test(readFileSync(join(folder, file), 'utf8')),
);
const root = join(folder, '..', '..');

let redis: RedisServer;
let out: string;

beforeAll(async () => {
  redis = await startRedis();
  out = await mkdtemp(join(root, 'node_modules', '.examples-'));
  await execute(join(root, 'node_modules', '.bin', 'tsc'), [
    ...['--ignoreConfig', '--noCheck', '--rootDir', folder, '--outDir', out],
    ...['--target', 'es2022', '--module', 'nodenext', '--rewriteRelativeImportExtensions'],
    ...['--experimentalDecorators', '--emitDecoratorMetadata'],
    ...compiled.map((file) => join(folder, file)),
  ]);
});

afterAll(async () => {
  await redis.stop();
  await rm(out, { recursive: true });
});

describe('the examples of the documentation', () => {
  it('are there', () => {
    expect(programs).toContain('readme.ts');
  });

  it.each(programs)('run as they stand, and end by themselves: %s', async (program) => {
    // Each in a database of its own, so that none finds what another one left.
    const env = {
      ...process.env,
      REDIS_URL: `${redis.url}/${Math.max(0, withServer.indexOf(program))}`,
    };
    const file = compiled.includes(program)
      ? join(out, program.replace(/\.ts$/, '.js'))
      : join(folder, program);
    const { stderr } = await execute(process.execPath, [file], {
      env,
      timeout: 30_000,
    });
    expect(stderr).toBe('');
  });
});
