/**
 * Writes packages/keepfresh/src/redis/scripts/scripts.ts from the .lua files beside it, so that the published
 * package needs no files at run time. With --check it writes nothing and fails when the file is not current.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', 'packages', 'keepfresh', 'src', 'redis');
const folder = join(root, 'scripts');
const target = join(folder, 'scripts.ts');

const generated = render();
if (!process.argv.includes('--check')) {
  writeFileSync(target, generated);
} else if (readFileSync(target, 'utf8') !== generated) {
  console.error(
    'src/redis/scripts/scripts.ts is not made from the .lua files: run node scripts/embed-lua.mjs',
  );
  process.exitCode = 1;
}

function render() {
  const head = [
    '/* oxlint-disable max-lines */',
    '// Made by scripts/embed-lua.mjs from the files beside it; edit those.',
    "import type { LuaSource } from './script.ts';",
    '',
  ];
  return [...head, ...namesIn('parts').map(part), ...namesIn('.').map(script)].join('\n');
}

function namesIn(subfolder) {
  const files = readdirSync(join(folder, subfolder)).filter((name) => name.endsWith('.lua'));
  return files.map((name) => name.slice(0, -'.lua'.length)).sort();
}

function part(name) {
  const source = readFileSync(join(folder, 'parts', `${name}.lua`), 'utf8');
  return `const ${camelCase(name)}Part = ${literal(`${withoutComments(source)}\n`)};\n`;
}

/** A script, whose first line that is not a comment may be `--- include parts/<name>.lua`. */
function script(name) {
  const source = readFileSync(join(folder, `${name}.lua`), 'utf8');
  const included = /^--- include parts\/(.+)\.lua$/m.exec(source)?.[1];
  const prefix = included === undefined ? ' ' : `\n    ${camelCase(included)}Part +\n    `;
  const lines = [
    `/** \`scripts/${name}.lua\` */`,
    `export const ${camelCase(name)}Lua: LuaSource = {`,
    `  allowOom: ${/^-- flags: allow-oom$/m.test(source)},`,
    `  text:${prefix}${literal(withoutComments(source))},`,
    '};',
  ];
  return `${lines.join('\n')}\n`;
}

function withoutComments(source) {
  const lines = source.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => line !== '' && !line.trimStart().startsWith('--')).join('\n');
}

function literal(code) {
  if (/`|\$\{/.test(code)) throw new Error('a Lua script contains a backtick or ${');
  return `String.raw\`${code}\``;
}

function camelCase(name) {
  return name.replace(/-(.)/g, (_match, letter) => letter.toUpperCase());
}
