import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDataFolder } from './data-folder.ts';

test('gives both shops the same data, once', async () => {
  const folder = await makeDataFolder();
  await mkdir(folder.uncached);
  await writeFile(join(folder.uncached, 'products'), 'twenty thousand');
  await folder.copy();
  expect(await readFile(join(folder.cached, 'products'), 'utf8')).toBe('twenty thousand');
  folder.remove();
  expect(existsSync(dirname(folder.uncached))).toBe(false);
});

test('is removed when the program ends without removing it', async () => {
  const before = process.listeners('exit');
  const folder = await makeDataFolder();
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
  atExit?.(0);
  expect(existsSync(dirname(folder.uncached))).toBe(false);
  expect(process.listeners('exit')).toEqual(before);
});
