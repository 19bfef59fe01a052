/**
 * `npm test`: everything CI runs. Installs the servers if it may, then checks the sources, runs
 * the unit and integration tests with coverage, then the tests of the commands and the package.
 * The last line, `N passed, N failed`, counts the tests of all runs.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const results = join(root, 'node_modules', '.cache', 'test-results');
const totals = { passed: 0, failed: 0, skipped: 0 };
const problems = [];

/** Runs one part, says how long it took, and remembers what it reports as wrong. */
async function phase(name, work) {
  const started = Date.now();
  console.log(`\n── ${name}`);
  const problem = await work();
  exitIfStopped();
  if (problem !== undefined) problems.push(problem);
  console.log(`── ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Runs vitest on some projects, adds up its counts, and gives what went wrong besides tests. */
async function vitest(name, args) {
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter', 'default', '--reporter', 'json', '--outputFile.json', file];
  const { code } = await run('vitest', ['run', ...args, ...reporters], { show: true });
  if (!existsSync(file)) return `${name} tests crashed (exit ${code})`;
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const brokenFiles = result.testResults.filter(
    (tests) => tests.status === 'failed' && !tests.assertionResults.some(isFailure),
  );
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests + brokenFiles.length;
  totals.skipped += result.numPendingTests + result.numTodoTests;
  if (result.numTotalTests === 0) return `${name} tests: none were found`;
  return code === 0 ? undefined : `${name} tests (exit ${code})`;
}

function isFailure(assertion) {
  return assertion.status === 'failed';
}

await ensure();
await phase('servers', async () => {
  const { code } = await run(ownNode, ['test/servers/install.ts'], { show: true });
  if (code !== 0) process.exit(1);
});
await phase('check', async () => {
  const failed = await check({ without: ['unit tests'] });
  return failed.length > 0 ? `check (${failed.join(', ')})` : undefined;
});
await phase('unit and integration tests', () =>
  vitest('unit and integration', ['--project', 'unit', '--project', 'integration', '--coverage']),
);
await phase('commands and package', () => vitest('command', ['--project', 'commands']));

if (problems.length > 0) console.log(`\nFailed: ${problems.join('; ')}.`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = problems.length > 0 || totals.failed > 0 || totals.passed === 0 ? 1 : 0;
