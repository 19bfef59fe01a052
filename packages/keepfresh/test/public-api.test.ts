import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../src/core/errors.ts';
import { findingCodes } from '../src/redis/verify/finding.ts';

const home = join(import.meta.dirname, '..');
const docs = join(home, '..', '..', 'docs', 'reference');

interface Manifest {
  readonly exports: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
const { './package.json': itself, ...subpaths } = manifest.exports;

const folders = readdirSync(join(home, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** The names an index file hands on, sorted, types marked; it may hold nothing but lists of them. */
function exportedNames(folder: string): string[] {
  const source = readFileSync(join(home, 'src', folder, 'index.ts'), 'utf8');
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const list = /^export\s+(type\s+)?\{([^}]*)\}\s+from\s+'[^']+';$/gm;
  expect(code.replace(list, '').trim(), `src/${folder}/index.ts holds more than lists`).toBe('');
  const names = [...code.matchAll(list)].flatMap(([, type = '', body = '']) =>
    body
      .split(',')
      .map((name) => `${type}${name.trim().replace(/\w+ as /, '')}`)
      .filter((name) => name !== type),
  );
  return names.sort((a, b) => bare(a).localeCompare(bare(b), 'en'));
}

function bare(name: string): string {
  return name.replace(/^type\s+/, '');
}

/** The first column of every table in a page, without its backticks. */
function documentedIn(page: string): string[] {
  const text = readFileSync(join(docs, page), 'utf8');
  return [...text.matchAll(/^\|\s*`([^`]+)`\s*\|/gm)].map(([, name]) => name!).sort();
}

describe('the public API', () => {
  it('has one subpath for each folder under src, and the reverse', () => {
    const expected = folders.map((folder) => [
      folder === 'core' ? '.' : `./${folder}`,
      `./dist/${folder}/index.js`,
    ]);
    expect(subpaths).toEqual(Object.fromEntries(expected));
    expect(itself).toBe('./package.json');
    const complete = folders.filter((folder) => existsSync(join(home, 'src', folder, 'index.ts')));
    expect(complete).toEqual(folders);
  });

  it('exports exactly the names written down in public-api.txt', async () => {
    const pages = folders.map((folder) => {
      const names = exportedNames(folder);
      const title = folder === 'core' ? 'keepfresh' : `keepfresh/${folder}`;
      return [title, ...names.map((name) => `  ${name}`)].join('\n');
    });
    await expect(`${pages.join('\n\n')}\n`).toMatchFileSnapshot('./public-api.txt');
  });

  // It loads every framework.
  it('exports at run time the values the index files name', { tags: ['thorough'] }, async () => {
    for (const folder of folders) {
      const names = exportedNames(folder);
      const index = (await import(`../src/${folder}/index.ts`)) as object;
      const values = names.filter((name) => !name.startsWith('type '));
      expect(Object.keys(index).sort()).toEqual(values.sort());
    }
  });
});

describe('the reference', () => {
  it('documents every error code with its meaning, and no other', () => {
    expect(documentedIn('errors.md')).toEqual(Object.keys(errorCodes).sort());
    const text = readFileSync(join(docs, 'errors.md'), 'utf8').replace(/\s+/g, ' ');
    const missing = Object.entries(errorCodes).filter(([, meaning]) => !text.includes(meaning));
    expect(missing).toEqual([]);
  });

  it('documents every finding about a Redis, and no other', () => {
    expect(documentedIn('redis-findings.md')).toEqual(Object.keys(findingCodes).sort());
    const text = readFileSync(join(docs, 'redis-findings.md'), 'utf8').replace(/\s+/g, ' ');
    const missing = Object.values(findingCodes).filter(
      ({ severity, meaning, advice }) => !text.includes(`${severity} | ${meaning} | ${advice}`),
    );
    expect(missing.filter(({ meaning }) => !text.includes(meaning))).toEqual([]);
  });

  it('documents every event, and no other', () => {
    const source = readFileSync(join(home, 'src', 'core', 'events.ts'), 'utf8');
    const [, body] = /^export interface CacheEvents \{\n([\s\S]*?)^\}/m.exec(source) ?? [];
    const names = [...(body ?? '').matchAll(/^ {2}'?([\w.]+)'?: /gm)].map(([, name]) => name!);
    expect(names).toContain('hit');
    expect(documentedIn('events.md')).toEqual(names.sort());
  });
});
