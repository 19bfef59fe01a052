/**
 * `npm run chaos -- --minutes 30 --on cluster --clients ioredis --processes 4 --seed 7`: real processes over real
 * servers, all of them being broken at random. Prints what was done and what came of it, and fails with the first
 * broken promise. Without `--on` it takes each topology in turn, without `--seed` another one each time.
 */
import { join } from 'node:path';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const program = join(root, 'packages/keepfresh/test/chaos/run.ts');

await ensure();
const { code } = await run(ownNode, [program, ...process.argv.slice(2)], { show: true });
exitIfStopped();
process.exitCode = code;
