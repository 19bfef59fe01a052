/**
 * `npm run simulate -- --seeds 1000000 --from 1`: simulated histories of several caches on a network that
 * fails, a seed each, on all cores. Prints the first failing history, shrunk, and fails if there is one.
 * `npm run simulate -- --cases 3 --deviations 2`: every order of messages of small cases instead.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const program = join(root, 'packages', 'keepfresh', 'test', 'simulation', 'run.ts');
const seedsOfChild = 5_000;
const partsOfCases = 64;
const mostFailures = 20;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    cases: { type: 'string' },
    deviations: { type: 'string', default: '1' },
  },
});

await ensure();
const startedAt = Date.now();
if (values.cases === undefined) await simulate(wholeNumber('from'), wholeNumber('seeds'));
else await explore(wholeNumber('cases'), wholeNumber('deviations'));

async function simulate(from, seeds) {
  const failures = [];
  let done = 0;
  const chunks = Array.from({ length: Math.ceil(seeds / seedsOfChild) }, (_, index) => {
    const first = from + index * seedsOfChild;
    return ['--from', first, '--seeds', Math.min(seedsOfChild, from + seeds - first)];
  });
  await onAllCores(chunks, (report) => {
    failures.push(...report.failures);
    done += report.seeds;
    if (process.stdout.isTTY) console.log(`${done} of ${seeds}, ${failures.length} failed`);
    return failures.length < mostFailures;
  });
  console.log(`${done} histories in ${rate(done)}, ${failures.length} failed`);
  if (failures.length === 0) return;
  failures.sort((one, other) => one.seed - other.seed);
  for (const { seed, rules } of failures) console.log(`seed ${seed}: ${rules.join(', ')}`);
  await run(ownNode, [program, '--show', String(failures[0].seed)], { show: true });
  process.exitCode = 1;
}

async function explore(size, deviations) {
  const broken = [];
  let [cases, orders] = [0, 0];
  const parts = Array.from({ length: partsOfCases }, (_, index) => {
    const part = `${index + 1}/${partsOfCases}`;
    return ['--cases', size, '--deviations', deviations, '--part', part];
  });
  await onAllCores(parts, (report) => {
    broken.push(...report.broken);
    cases += report.cases;
    orders += report.orders;
    return broken.length < mostFailures;
  });
  console.log(`${cases} cases, ${orders} orders in ${rate(orders)}, ${broken.length} cases broken`);
  if (broken.length === 0) return;
  console.log(`${broken[0].rules.join(', ')}\n${broken[0].text}`);
  process.exitCode = 1;
}

/** Runs the program with each of the argument lists until `take` has had enough of its reports. */
async function onAllCores(argumentLists, take) {
  const waiting = [...argumentLists];
  const work = async () => {
    for (let args = waiting.shift(); args !== undefined; args = waiting.shift()) {
      const { code, output } = await run(ownNode, [program, ...args.map(String)]);
      exitIfStopped();
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${output}`);
      if (!take(reportIn(output))) waiting.length = 0;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** The program's one line of JSON, whatever else was printed while it ran. */
function reportIn(output) {
  return JSON.parse(output.split('\n').find((line) => line.startsWith('{')));
}

function rate(count) {
  const seconds = (Date.now() - startedAt) / 1000;
  return `${seconds.toFixed(0)} s (${Math.round(count / seconds)} per second)`;
}

function wholeNumber(name) {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number from 1 on, but was ${values[name]}`);
}
