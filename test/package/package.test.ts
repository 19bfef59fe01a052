import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../servers/redis-server.ts';
import { nodeReleases } from './node-release.ts';

const execute = promisify(execFile);
const checkout = join(import.meta.dirname, '..', '..');

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed;
let nodes: string[];

/** A project outside the repository that has installed the packed library and its Redis client. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfresh-consumer-'));
  await execute('node', ['scripts/build.mjs'], { cwd: checkout });
  const pack = ['pack', '--workspace', 'keepfresh', '--json', '--pack-destination', folder];
  const { stdout } = await execute('npm', pack, { cwd: checkout });
  [packed] = JSON.parse(stdout) as [Packed];
  await cp(join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const versions = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const types = `@types/node@${versions.devDependencies['@types/node']}`;
  const wanted = [join(folder, packed.filename), 'redis@6.3.1', types];
  await execute('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...wanted], {
    cwd: folder,
  });
  nodes = await nodeReleases();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed library', () => {
  it('holds what was built, its manifest, its readme and its licence, and nothing else', () => {
    const paths = packed.files.map((file) => file.path);
    const built = /^dist\/(?!.*\.test\.)[\w./-]+\.(?:js|d\.ts)$/;
    const others = paths.filter((path) => !built.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  });

  it('is small', () => {
    expect(packed.size).toBeLessThan(450_000);
    expect(packed.unpackedSize).toBeLessThan(1_650_000);
  });

  it('brings no other package with it', async () => {
    const manifest = JSON.parse(
      await readFile(join(folder, 'node_modules', 'keepfresh', 'package.json'), 'utf8'),
    ) as object;
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('scripts.install');
    expect(manifest).not.toHaveProperty('scripts.postinstall');
  });
});

describe('a program that has installed it', () => {
  it('runs as an ES module with a real Redis on the oldest supported Node and on Node 24', async () => {
    for (const node of nodes) {
      await using redis = await startRedis();
      const env = { ...process.env, REDIS_URL: redis.url };
      const { stdout } = await execute(node, ['esm.mjs'], { cwd: folder, env, timeout: 30_000 });
      expect(stdout).toMatch(/^ES module, v2[24]\./);
    }
  });

  it('runs as CommonJS on the oldest supported Node and on Node 24', async () => {
    for (const node of nodes) {
      const { stdout } = await execute(node, ['commonjs.cjs'], { cwd: folder, timeout: 30_000 });
      expect(stdout).toMatch(/^CommonJS, v2[24]\./);
    }
  });

  it('compiles with every declaration checked', async () => {
    const tsc = join(checkout, 'node_modules', '.bin', 'tsc');
    const { stdout } = await execute(tsc, ['-p', folder], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
