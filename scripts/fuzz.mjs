/**
 * `npm run fuzz -- 1000000 7`: gives every decoder of bytes from a remote so many inputs that it never wrote, made
 * with the seed 7, in a process with little memory. Fails with the first that one does not withstand.
 */
import { join } from 'node:path';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const program = join(root, 'packages/keepfresh/test/fuzz/run.ts');

await ensure();
const args = ['--max-old-space-size=128', program, ...process.argv.slice(2)];
const { code } = await run(ownNode, args, { show: true });
exitIfStopped();
process.exitCode = code;
