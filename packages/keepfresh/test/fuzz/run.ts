/**
 * `run.ts <inputs> [seed]`: gives every decoder so many inputs, in a process with little memory. Prints a line for
 * each; ends with the first input that a decoder did not withstand.
 */
import { fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

const [inputs = 10_000, seed = 1] = process.argv.slice(2).map(Number);

for (const target of targets) {
  const startedAt = performance.now();
  // Each of them costs milliseconds before it is refused.
  const share = target.name === 'bombs' ? Math.ceil(inputs / 50) : inputs;
  const { name, taken, refused } = await fuzz(target, { inputs: share, seed });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${name}: ${taken} taken, ${refused} refused, ${seconds} s, at most ${mebibytes} MiB so far`,
  );
}
