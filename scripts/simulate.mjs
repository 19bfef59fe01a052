/**
 * `npm run simulate -- --seeds 1000000 --from 1`: simulated histories of several caches on a network that
 * fails, a seed each, on all cores. Prints the first failing history, shrunk, and fails if there is one.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const program = join(root, 'packages', 'keepfresh', 'test', 'simulation', 'run.ts');
const seedsOfChild = 5_000;
const mostFailures = 20;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100000' }, from: { type: 'string', default: '1' } },
});
const from = wholeNumber('from');
const end = from + wholeNumber('seeds');

await ensure();
const startedAt = Date.now();
const failures = [];
let next = from;
let done = 0;
await Promise.all(Array.from({ length: availableParallelism() }, work));
exitIfStopped();

const seconds = (Date.now() - startedAt) / 1000;
const rate = Math.round(done / seconds);
console.log(
  `${done} histories in ${seconds.toFixed(0)} s (${rate} per second), ${failures.length} failed`,
);
if (failures.length > 0) {
  failures.sort((one, other) => one.seed - other.seed);
  for (const { seed, rules } of failures) console.log(`seed ${seed}: ${rules.join(', ')}`);
  await run(ownNode, [program, '--show', String(failures[0].seed)], { show: true });
  process.exitCode = 1;
}

async function work() {
  while (next < end && failures.length < mostFailures) {
    const first = next;
    const count = Math.min(seedsOfChild, end - first);
    next += count;
    const args = [program, '--from', String(first), '--seeds', String(count)];
    const { code, output } = await run(ownNode, args);
    exitIfStopped();
    if (code !== 0)
      throw new Error(`the simulation from seed ${first} on ended with ${code}:\n${output}`);
    const report = JSON.parse(output);
    failures.push(...report.failures);
    done += report.seeds;
    if (process.stdout.isTTY) console.log(`${done} of ${end - from}, ${failures.length} failed`);
  }
}

function wholeNumber(name) {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number from 1 on, but was ${values[name]}`);
}
