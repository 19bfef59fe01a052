import { access, constants as fileAccess, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, resolve } from 'node:path';
import { readOptions, usage, WrongOption, type ReplayOptions } from './options.ts';
import { replay } from './replay.ts';
import { tableAsMarkdown, tableAsText } from './table.ts';

/** Options that cannot be used end the program with this code, failures with 1. */
const wrongUsage = 2;

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(usage);
  else {
    await checkFolderOf(options.markdown);
    await printTables(options, untilInterrupted());
  }
} catch (error) {
  process.exitCode ??= error instanceof WrongOption ? wrongUsage : 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

/** Minutes of measuring should not end with a file that cannot be written. */
async function checkFolderOf(markdown: string | undefined): Promise<void> {
  if (markdown === undefined) return;
  const folder = dirname(resolve(markdown));
  await access(folder, fileAccess.W_OK).catch(() => {
    throw new WrongOption(
      `--markdown is ${JSON.stringify(markdown)}, but cannot write in ${folder}.`,
    );
  });
}

async function printTables(options: ReplayOptions, signal: AbortSignal): Promise<void> {
  const tables: string[] = [];
  for await (const table of replay(options, signal)) {
    process.stdout.write(`\n${tableAsText(table)}\n`);
    tables.push(tableAsMarkdown(table));
  }
  if (options.markdown !== undefined) await writeFile(options.markdown, `${tables.join('\n\n')}\n`);
}

/** Aborts on Ctrl-C and its like, however often they come, and sets the exit code shells expect. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.exitCode ??= 128 + constants.signals[signal];
      controller.abort(new Error('Interrupted; everything the replay had made is removed.'));
    });
  }
  return controller.signal;
}
