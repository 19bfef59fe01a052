import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The architecture: who may import what, and nothing else may be imported. A part is a file, the
 * files of a folder (`*`), or a whole folder (`**`); the first that matches counts. What stands
 * after `type` may be imported as types only, after `dynamic` only by `import()` or `require()`, on first use.
 * A file that belongs to no part fails: whoever makes a new folder says here what it may know.
 */
const mayImport: Record<string, readonly string[]> = {
  'core/errors.ts': [],
  'core/system-*.ts': ['type core/ports/**'],
  'core/events.ts': ['type core/ports/**', 'type core/warming/**'],
  'core/ports/**': [],
  'core/digest.ts': ['node:crypto'],
  'core/policy/**': ['core/errors.ts', 'type core/ports/**'],
  'core/codecs/**': ['core/errors.ts', 'type core/ports/**'],
  'core/engine/**': ['core/policy/**', 'core/ports/**', 'core/errors.ts', 'type core/events.ts'],
  'core/configuration/**': [
    'core/*',
    'type core/warming/**',
    'core/system-*.ts',
    'core/codecs/**',
    'core/engine/**',
    'core/errors.ts',
    'core/policy/**',
    'core/ports/**',
  ],
  'core/warming/**': [
    'core/*',
    'core/engine/**',
    'core/errors.ts',
    'core/policy/**',
    'type core/ports/**',
  ],
  'core/hooks/**': [
    'core/*',
    'core/engine/**',
    'core/errors.ts',
    'type core/events.ts',
    'type core/ports/**',
  ],
  'core/create-cache.ts': [
    'core/*',
    'core/warming/**',
    'core/configuration/**',
    'core/system-*.ts',
    'core/codecs/**',
    'core/engine/**',
    'core/errors.ts',
    'core/events.ts',
    'core/policy/**',
    'core/ports/**',
    'memory/**',
  ],
  'core/*': [
    'core/warming/**',
    'core/configuration/**',
    'core/hooks/**',
    'core/create-cache.ts',
    'core/digest.ts',
    'core/system-*.ts',
    'core/codecs/**',
    'core/engine/**',
    'core/errors.ts',
    'core/events.ts',
    'core/policy/**',
    'core/ports/**',
  ],
  'codecs/**': [
    'core/*',
    'core/codecs/**',
    'core/errors.ts',
    'core/policy/**',
    'type core/ports/**',
    'node:crypto',
    'node:module',
    'node:v8',
    'node:zlib',
    'type @msgpack/msgpack',
    'dynamic @msgpack/msgpack',
    'dynamic lz4-napi',
  ],
  'memory/**': ['core/errors.ts', 'core/policy/**', 'core/ports/**', 'core/system-*.ts'],
  'redis/**': [
    'core/errors.ts',
    'core/policy/**',
    'core/ports/**',
    'core/*',
    'core/system-*.ts',
    'node:crypto',
    'type redis',
    'dynamic redis',
    'dynamic ioredis',
  ],
  'http/**': [
    'core/*',
    'core/errors.ts',
    'core/system-*.ts',
    'core/policy/**',
    'type core/engine/**',
    'type core/ports/**',
    'node:buffer',
    'node:crypto',
    'node:http',
    'node:stream',
    'type node:net',
  ],
  'express/**': ['http/**', 'type core/*', 'type node:http'],
  'fastify/**': ['http/**', 'openapi/**', 'type core/*', 'type node:http'],
  'keyv/**': ['core/*', 'core/policy/**'],
  'unstorage/**': ['core/*', 'core/errors.ts', 'core/policy/**'],
  'undici/**': [
    'core/*',
    'core/digest.ts',
    'core/policy/**',
    'core/system-*.ts',
    'type core/ports/**',
    'node:stream',
  ],
  'cache-manager/**': [
    'core/*',
    'core/policy/**',
    'core/system-*.ts',
    'type core/engine/**',
    'type core/ports/**',
    'node:events',
  ],
  'nestjs-cache-manager/**': [
    'core/*',
    'core/create-cache.ts',
    'core/errors.ts',
    'cache-manager/**',
    'nestjs/**',
    '@nestjs/cache-manager',
    '@nestjs/common',
  ],
  'keys/**': ['core/*', 'core/digest.ts', 'core/errors.ts', 'core/policy/**'],
  'decorators/**': [
    'core/*',
    'core/digest.ts',
    'core/errors.ts',
    'core/policy/**',
    'type core/engine/**',
  ],
  'openapi/**': ['core/errors.ts', 'http/**'],
  'nestjs/**': [
    'core/*',
    'core/create-cache.ts',
    'core/errors.ts',
    'openapi/**',
    'http/**',
    'decorators/**',
    'type node:http',
    '@nestjs/common',
    '@nestjs/core',
    'rxjs',
    'type @nestjs/common',
    'type @nestjs/core',
  ],
  'testing/**': [
    'core/*',
    'core/system-*.ts',
    'core/create-cache.ts',
    'core/errors.ts',
    'core/events.ts',
    'core/policy/**',
    'core/ports/**',
    'memory/**',
    'node:assert/strict',
    'node:crypto',
    'node:timers/promises',
  ],
};

const src = join(import.meta.dirname, '..', 'src');

type Kind = 'value' | 'type' | 'dynamic';

interface Import {
  readonly kind: Kind;
  readonly specifier: string;
}

const statement = /^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm;
const sideEffect = /^import\s+['"]([^'"]+)['"]/gm;
const call = /(typeof\s+)?\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;

function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const matches = (pattern: RegExp, otherwise: Kind): Import[] =>
    [...code.matchAll(pattern)].map(([, type, specifier]) => ({
      kind: type === undefined ? otherwise : 'type',
      specifier: specifier!,
    }));
  const bare = [...code.matchAll(sideEffect)].map(([, specifier]): Import => ({
    kind: 'value',
    specifier: specifier!,
  }));
  return [...matches(statement, 'value'), ...matches(call, 'dynamic'), ...bare];
}

function partOf(file: string): string | undefined {
  return Object.keys(mayImport).find((part) => posix.matchesGlob(file, part));
}

/** What an import points at: a part of the table, or a package by its name. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = posix.join(posix.dirname(file), specifier);
  return partOf(path) ?? `${path}, which is no part of the table`;
}

function isAllowed(part: string, target: string, kind: Kind): boolean {
  const allowed = mayImport[part]!;
  return part === target || allowed.includes(target) || allowed.includes(`${kind} ${target}`);
}

/** What a file imports against the table, in words. */
function violations(file: string, source: string): string[] {
  const part = partOf(file);
  if (part === undefined) return [`${file}: add its folder to mayImport`];
  return importsOf(source)
    .filter(({ kind, specifier }) => !isAllowed(part, targetOf(file, specifier), kind))
    .map(({ kind, specifier }) => `${file}: ${part} may not import ${specifier} (${kind})`);
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));

describe('the architecture', () => {
  it('lets no file import what its row does not name', () => {
    const found = files.flatMap((file) => violations(file, readFileSync(join(src, file), 'utf8')));
    expect(found).toEqual([]);
  });

  it('has no row without files', () => {
    const parts = new Set(files.map(partOf));
    expect(Object.keys(mayImport).filter((part) => !parts.has(part))).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it.each<[string, string, number]>([
    ['a value', `import { a } from '../engine/reads/reader.ts';`, 1],
    ['a type where only values are forbidden', `import type { A } from '../ports/clock.ts';`, 0],
    ['a value where only types are allowed', `import { a } from '../ports/clock.ts';`, 1],
    ['several lines', `import {\n  a,\n  type B,\n} from '../engine/reads/reader.ts';`, 1],
    ['a type of a forbidden part', `import type { A } from '../engine/reads/reader.ts';`, 1],
    ['a re-export', `export { a } from '../engine/reads/reader.ts';`, 1],
    ['a re-exported module', `export * from '../engine/reads/reader.ts';`, 1],
    ['a side effect', `import '../engine/reads/reader.ts';`, 1],
    ['a dynamic import', `const a = () => import('../engine/reads/reader.ts');`, 1],
    ['a call of require', `const a = () => require('../engine/reads/reader.ts');`, 1],
    ['a type query', `type A = typeof import('../engine/reads/reader.ts');`, 1],
    ['a package', `import { z } from 'zod';`, 1],
    ['a module of Node', `import { readFileSync } from 'node:fs';`, 1],
    ['an unknown folder', `import { a } from '../utils/a.ts';`, 1],
    ['the same part', `import { a } from './size.ts';`, 0],
    ['words in a comment', `/** import { a } from '../engine/reads/reader.ts'; */`, 0],
  ])('judges %s', (_what, source, expected) => {
    expect(violations('core/policy/example.ts', source)).toHaveLength(expected);
  });

  it('refuses a file in a folder without a row', () => {
    expect(violations('core/misc/a.ts', '')).toHaveLength(1);
    expect(violations('koa/index.ts', '')).toHaveLength(1);
  });
});
