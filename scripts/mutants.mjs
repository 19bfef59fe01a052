/**
 * `npm run mutants -- 20000`: switches each defence of the protocol off in a copy of the source, lets the
 * simulation hunt it with so many seeds, and writes docs/reference/mutants.md. Fails if one survives.
 */
import { join } from 'node:path';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';

const program = join(root, 'packages/keepfresh/test/simulation/mutants/write-table.ts');

await ensure();
const { code } = await run(ownNode, [program, ...process.argv.slice(2)], { show: true });
exitIfStopped();
await run(join(root, 'node_modules/.bin/oxfmt'), ['docs/reference/mutants.md']);
process.exitCode = code;
