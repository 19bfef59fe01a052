/** Compiles the workspace; a second run with nothing changed takes a second or less. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitIfStopped, ownNode, root, run } from './child.mjs';
import { ensure } from './ensure.mjs';
import { withLock } from './lock.mjs';

const embedLua = join(root, 'scripts', 'embed-lua.mjs');

/** Builds every project and gives the code and the output of the step that failed, or code 0. */
export function build() {
  return withLock(async () => {
    removeStale('packages/keepfresh');
    removeStale('apps/marketplace');
    const embedded = await run(ownNode, [embedLua]);
    if (embedded.code !== 0) return embedded;
    return run('tsc', ['-b', 'apps/marketplace/tsconfig.build.json']);
  });
}

/** Builds, and ends the process with what the compiler said if that fails. */
export async function buildOrExit() {
  const { code, output } = await build();
  exitIfStopped();
  if (code === 0) return;
  console.error(output);
  process.exit(code);
}

/** Removes outputs whose source is gone: the compiler leaves them, and the package would ship them. */
function removeStale(project) {
  const dist = join(root, project, 'dist');
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true })) {
    const source = /^(.+)\.(?:js|js\.map|d\.ts)$/.exec(entry)?.[1];
    if (source === undefined || existsSync(join(root, project, 'src', `${source}.ts`))) continue;
    rmSync(join(dist, entry));
  }
}

if (process.argv[1] === import.meta.filename) {
  await ensure();
  await buildOrExit();
}
