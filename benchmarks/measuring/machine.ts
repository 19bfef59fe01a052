import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '..', 'node_modules');

/** The machine in one line. */
export function describeMachine(): string {
  const redis = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
  const version = /v=(\S+)/.exec(redis)?.[1] ?? 'unknown';
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), Node ${process.versions.node}, Redis ${version}`;
}

/** The version of a package as it is installed for the benchmarks. */
export function versionOf(name: string): string {
  const file = readFileSync(join(modules, name, 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
