/**
 * Writes packages/keepfresh/src/redis/scripts.ts from the .lua files beside it, so that the published
 * package needs no files at run time. With --check it writes nothing and fails when the file is not current.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', 'packages', 'keepfresh', 'src', 'redis');
const folder = join(root, 'scripts');
const target = join(root, 'scripts.ts');

const generated = render();
if (!process.argv.includes('--check')) {
  writeFileSync(target, generated);
} else if (readFileSync(target, 'utf8') !== generated) {
  console.error(
    'src/redis/scripts.ts is not made from the .lua files: run node scripts/embed-lua.mjs',
  );
  process.exitCode = 1;
}

function render() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.lua'));
  const constants = files.sort().map((name) => constant(name.slice(0, -'.lua'.length)));
  const head =
    "// Made by scripts/embed-lua.mjs from the files in scripts/; edit those.\nimport type { LuaSource } from './script.ts';\n";
  return `${head}\n${constants.join('\n')}`;
}

function constant(name) {
  const source = readFileSync(join(folder, `${name}.lua`), 'utf8');
  const allowOom = /^-- flags: allow-oom$/m.test(source);
  const lines = [
    `/** \`scripts/${name}.lua\` */`,
    `export const ${camelCase(name)}Lua: LuaSource = {`,
    `  allowOom: ${allowOom},`,
    `  text: String.raw\`${withParts(source)}\`,`,
    '};',
  ];
  return `${lines.join('\n')}\n`;
}

/** The script with its parts in place, without the lines that are only comments. */
function withParts(source) {
  const whole = source.replace(/^--- include (.+)$/gm, (_line, part) =>
    readFileSync(join(folder, part), 'utf8'),
  );
  const lines = whole.split('\n').map((line) => line.trimEnd());
  const code = lines.filter((line) => line !== '' && !line.trimStart().startsWith('--')).join('\n');
  if (/`|\$\{/.test(code)) throw new Error('a Lua script contains a backtick or ${');
  return code;
}

function camelCase(name) {
  return name.replace(/-(.)/g, (_match, letter) => letter.toUpperCase());
}
