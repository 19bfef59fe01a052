import { buildOrExit } from './build.mjs';
import { ownNode, run } from './child.mjs';
import { ensure } from './ensure.mjs';

/**
 * Makes the checkout ready, runs one built program of the marketplace on the repository's own
 * Node with our arguments, passes signals on, and ends as the program ends.
 */
export async function launch(program) {
  await ensure();
  await buildOrExit();
  const args = [program, ...process.argv.slice(2)];
  const { code } = await run(ownNode, args, { show: true });
  process.exit(code);
}
