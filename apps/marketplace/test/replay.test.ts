import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../test/servers/redis-server.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const program = join(root, 'apps', 'marketplace', 'dist', 'replay', 'main.js');

/** A replay fills two shops with products, twice as long on a busy machine. */
const patienceMs = 150_000;

/** The temporary folder of the program under test, where nothing may be left. */
let temporary: string;
let running: ChildProcessWithoutNullStreams | undefined;

beforeAll(async () => {
  await promisify(execFile)('node', ['scripts/build.mjs'], { cwd: root });
}, patienceMs);

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'replay-test-'));
});

afterEach(async () => {
  if (running?.exitCode === null && running.kill('SIGKILL')) await once(running, 'exit');
  await rm(temporary, { recursive: true, force: true });
});

/** Starts the program; its output is collected while it runs. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const clean = { ...process.env, DATABASE_URL: '', REDIS_URL: '', TMPDIR: temporary, ...env };
  const child = spawn(process.execPath, [program, ...args], { env: clean });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += String(text)));
  child.stderr.on('data', (text: Buffer) => (output.stderr += String(text)));
  running = child;
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  return { child, ended };
}

/** The two figures behind a label of the table. */
function figures(table: string, label: string): string[] {
  const line = table.split('\n').find((text) => text.startsWith(`${label}  `));
  return (
    line
      ?.slice(label.length)
      .trim()
      .split(/\s{2,}/) ?? []
  );
}

test(
  'replays both traces, tells what the cache saved and leaves nothing behind, in Redis neither',
  async () => {
    await using server = await startRedis();
    const client = createClient({ url: server.url });
    client.on('error', () => {});
    onTestFinished(() => client.destroy());
    await client.connect();
    await client.set('shop:product:1', 'of somebody else');
    const markdown = join(temporary, 'replay.md');
    const args = ['--requests', '400', '--concurrency', '1', '--markdown', markdown];
    const { code, stdout, stderr } = await start(args, { REDIS_URL: server.url }).ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('web12, cache on: 100 %, 400 of 400');

    const [web12 = '', web07 = ''] = stdout.split('\nweb07: ');
    checkTable(web12, 231);
    checkTable(web07, 284);
    expect(await readFile(markdown, 'utf8')).toContain('| database queries saved');
    expect(await readdir(temporary)).toEqual(['replay.md']);
    expect(await client.info('commandstats')).toContain('cmdstat_evalsha');
    expect(await client.keys('*')).toEqual(['shop:product:1']);
  },
  patienceMs,
);

/** Checks the table of 400 requests for so many products, made one at a time. */
function checkTable(table: string, products: number): void {
  expect(table).toContain(`400 requests for ${products} products.`);
  expect(table).toMatch(/Node\.js \d+\.\d+\.\d+, \d+ cores/);
  expect(table).toMatch(/PostgreSQL 1\d\.\d+, embedded; cache in memory and Redis \d+\.\d+\.\d+\./);
  expect(figures(table, 'requests')).toEqual(['400', '400']);
  expect(figures(table, 'database queries')).toEqual([
    '1,200',
    (products * 3).toLocaleString('en'),
  ]);
  expect(figures(table, 'database queries per page')[0]).toBe('3.00');
  // One request at a time: whatever was not read before is loaded, everything else is held.
  const repeated = `${(((400 - products) / 400) * 100).toFixed(1)} %`;
  expect(figures(table, 'database queries saved')).toEqual(['–', repeated]);
  expect(figures(table, 'page hit rate')).toEqual(['–', repeated]);
  expect(figures(table, 'of these kept as whole responses')).toEqual(['–', repeated]);
  expect(figures(table, 'of these sharing a load under way')).toEqual(['–', '0.0 %']);
  expect(figures(table, 'pages that differ from those without cache')).toEqual(['–', '0']);
  const times = [expect.stringMatching(/[mµ]s$/), expect.stringMatching(/[mµ]s$/)];
  expect(figures(table, 'HTTP p50, 1 request at a time')).toEqual(times);
  expect(figures(table, 'HTTP p95')).toEqual(times);
  expect(figures(table, 'HTTP p99')).toEqual(times);
  const [, speedUp = ''] = figures(table, 'speed-up of the service call');
  expect(parseInt(speedUp.replace(',', ''), 10)).toBeGreaterThanOrEqual(15);
}

test(
  'ends at once when it is interrupted, and leaves nothing behind',
  async () => {
    const { child, ended } = start(['--trace', 'web12']);
    const made = expect.stringMatching(/^marketplace-replay-/);
    await expect.poll(() => readdir(temporary), { timeout: 20_000 }).toEqual([made]);
    const interrupted = performance.now();
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(performance.now() - interrupted).toBeLessThan(5_000);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('Interrupted; everything the replay had made is removed.');
    expect(await readdir(temporary)).toEqual([]);
  },
  patienceMs,
);

test.each([
  [{ args: ['--requests', 'many'], env: {} }, 2, /^--requests is "many", but must be .+\.\n$/],
  [{ args: [], env: { REDIS_URL: 'localhost' } }, 1, /REDIS_URL must be a URL/],
  [{ args: [], env: { REDIS_URL: 'redis://127.0.0.1:1' } }, 1, /Redis at 127\.0\.0\.1:1 cannot be/],
])('says in one sentence what is wrong with %j', async ({ args, env }, expected, sentence) => {
  const { code, stdout, stderr } = await start(args, env).ended;
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toMatch(sentence);
});
