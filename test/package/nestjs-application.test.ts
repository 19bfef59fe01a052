import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../servers/redis-server.ts';
import { nodeReleases } from './node-release.ts';

const execute = promisify(execFile);
const checkout = join(import.meta.dirname, '..', '..');

let folder: string;

/** A CommonJS project with the dependencies of the repository, among them the built library. */
beforeAll(async () => {
  await execute('node', ['scripts/build.mjs'], { cwd: checkout });
  folder = await mkdtemp(join(checkout, 'node_modules', '.nestjs-application-'));
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "commonjs" }');
  await cp(join(import.meta.dirname, 'nestjs-application'), folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a NestJS application that is CommonJS', () => {
  it('compiles against the published types', async () => {
    const options = ['--ignoreConfig', '--strict', '--skipLibCheck', '--types', 'node'];
    const target = ['--target', 'es2022', '--lib', 'esnext', '--module', 'nodenext'];
    const decorators = ['--experimentalDecorators', '--emitDecoratorMetadata'];
    const tsc = join(checkout, 'node_modules', '.bin', 'tsc');
    const { stdout } = await execute(
      tsc,
      [...options, ...target, ...decorators, join(folder, 'main.ts')],
      { cwd: folder },
    ).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
    expect(await readFile(join(folder, 'main.js'), 'utf8')).toContain(
      'require("keepfresh/nestjs")',
    );
  });

  it('runs on Express and on Fastify, though Redis dies, with the oldest supported Node and Node 24', async () => {
    for (const node of await nodeReleases()) {
      await using first = await startRedis();
      await using second = await startRedis();
      const { stdout } = await execute(node, ['main.js', first.url, second.url], {
        cwd: folder,
        timeout: 80_000,
      });
      expect(stdout).toMatch(/^CommonJS, v2[24]\./);
    }
  });
});
