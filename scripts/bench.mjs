/**
 * `npm run bench -- <question> [contender…]`: asks a question of benchmarks/ and writes its page.
 * The libraries it compares are installed there when first needed, and nowhere else.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOrExit } from './build.mjs';
import { exitIfStopped, fail, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const folder = join(root, 'benchmarks');
const marker = join(folder, 'node_modules', '.lock-hash');

/** The contenders as their lockfile says. */
async function installContenders() {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return;
  console.log('Installing the libraries to compare (npm ci in benchmarks/).');
  await step('npm', ['ci', '--prefix', folder, '--prefer-offline', '--ignore-scripts']);
  writeFileSync(marker, hash);
}

async function step(command, args) {
  const { code, output } = await run(command, args);
  exitIfStopped();
  if (code !== 0) fail(output.trim());
}

await ensure();
await buildOrExit();
await installContenders();
await step('tsc', ['-p', 'benchmarks']);
const args = [join(folder, 'run.ts'), ...process.argv.slice(2)];
const { code } = await run(ownNode, args, { show: true });
if (code === 0) {
  const written = ['docs/reference/benchmarks.md', 'benchmarks/results'];
  await step('oxfmt', written);
}
process.exit(code);
