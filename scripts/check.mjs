/**
 * `npm run check`: everything that can be said about the sources without a server. Runs its steps
 * side by side, those that judge what was built after it was: a line for each, and the whole output
 * of those that fail.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { build } from './build.mjs';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const cache = join(root, 'node_modules', '.cache');
const packed = join(cache, 'package');

/** As two steps run on two cores: each thread more of one step would load the same sources again. */
const half = Math.max(1, Math.floor(availableParallelism() / 2)).toString();
const threads = { env: { GOMAXPROCS: half } };

/** The steps, in the order in which they begin: the longest first, and soon what others wait for. */
const steps = {
  lint: () => run('oxlint', ['--quiet'], threads),
  build,
  'unit tests': () => run('vitest', ['run', ...unitTests, '--maxWorkers', half]),
  types: () => run('tsc', ['--checkers', half], threads),
  package: checkPackage,
  'unused code': () => run('knip', []),
  format: () => run('oxfmt', ['--check', '.']),
};

/** The steps that judge what was built. */
const ofBuilt = ['unit tests', 'package'];

/** Tests that take long although they need no server are left to `npm test`. */
const unitTests = ['--project', 'unit', '--tags-filter', '!thorough', '--reporter', 'dot'];

/** Runs the steps but those in `without`; gives the names of the ones that failed. */
export async function check({ without = [] } = {}) {
  const failed = [];
  const report = (name, { code, output, seconds }) => {
    exitIfStopped();
    console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(12)}${seconds.toFixed(1).padStart(6)} s`);
    if (code === 0) return;
    failed.push(name);
    console.log(output);
  };
  report('lua', await run(ownNode, ['scripts/embed-lua.mjs', '--check']));
  let builtWell;
  const built = new Promise((resolve) => (builtWell = resolve));
  const begin = async (name) => {
    if (ofBuilt.includes(name) && !(await built)) return;
    const result = await steps[name]();
    if (name === 'build') builtWell(result.code === 0);
    report(name, result);
  };
  const waiting = Object.keys(steps).filter((name) => !without.includes(name));
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await begin(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failed;
}

/** Packs the library once, and lets two judges look at how others will see it. */
async function checkPackage() {
  mkdirSync(packed, { recursive: true });
  const pack = ['pack', '--silent', '--workspace', 'keepfresh', '--pack-destination', packed];
  const started = Date.now();
  const result = await run('npm', pack);
  if (result.code !== 0) return result;
  const tarball = join(packed, result.output.trim());
  const shape = await run('publint', ['run', tarball, '--strict']);
  const types = await run('attw', [tarball, '--profile', 'esm-only']);
  return {
    code: shape.code || types.code,
    output: shape.output + types.output,
    seconds: (Date.now() - started) / 1000,
  };
}

if (process.argv[1] === import.meta.filename) {
  const started = Date.now();
  await ensure();
  const failed = await check();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(failed.length === 0 ? `Checked in ${seconds} s.` : `Failed: ${failed.join(', ')}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
