import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../servers/redis-server.ts';

const execute = promisify(execFile);
const folder = join(import.meta.dirname, '..', '..', 'docs', 'examples');
const programs = readdirSync(folder).filter((file) => file.endsWith('.ts'));

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

describe('the examples of the documentation', () => {
  it('are there', () => {
    expect(programs).toContain('readme.ts');
  });

  it.each(programs)('run as they stand, and end by themselves: %s', async (program) => {
    // Each in a database of its own, so that none finds what another one left.
    const env = { ...process.env, REDIS_URL: `${redis.url}/${programs.indexOf(program)}` };
    const { stderr } = await execute(process.execPath, [join(folder, program)], {
      env,
      timeout: 30_000,
    });
    expect(stderr).toBe('');
  });
});
