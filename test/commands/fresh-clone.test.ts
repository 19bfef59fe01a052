import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkout, Command } from './command.ts';
import { emptyFolder, Shop } from './shop.ts';

const execute = promisify(execFile);

/** The promise is a minute, then ten seconds, on two idle cores; a busy machine gets twice that. */
const FIRST_MS = 2 * 60_000;
const SECOND_MS = 2 * 10_000;

let clone: string;
let dataDir: string;

/** A new checkout of the sources as they are now, committed or not, with nothing installed. */
beforeAll(async () => {
  clone = await emptyFolder();
  dataDir = join(clone, 'data');
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await execute('git', list, { cwd: checkout, maxBuffer: 64_000_000 });
  for (const path of stdout
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(checkout, name)))) {
    await cp(join(checkout, path), join(clone, path), { recursive: true });
  }
});

afterAll(() => rm(clone, { recursive: true, force: true }));

it('serves its first product, though one command died in the middle and two run at once', async () => {
  const died = new Command('build', { cwd: clone });
  await expect.poll(() => died.output, { timeout: 10_000 }).toContain('Installing packages');
  await died[Symbol.asyncDispose]();

  await using build = new Command('build', { cwd: clone });
  await using shop = await Shop.start({ cwd: clone, dataDir });
  const ms = await shop.serves(FIRST_MS);
  console.log(`first product after ${Math.round(ms)} ms`);
  expect((await build.ended(1_000)).code).toBe(0);
  const said = `${build.output}${shop.command.output}`;
  expect(said.match(/Installing packages/g)).toHaveLength(1);
  expect(said).toMatch(/Waiting for process \d+/);
  process.kill(shop.command.pid, 'SIGTERM');
  await shop.command.ended(2_000);
});

it('serves again in a fraction of that, and installs nothing', async () => {
  await using shop = await Shop.start({ cwd: clone, dataDir });
  const ms = await shop.serves(SECOND_MS);
  console.log(`product again after ${Math.round(ms)} ms`);
  expect(shop.command.output).not.toContain('Installing');
});
